import { Group, Text, Textarea } from '@mantine/core';
import { useId, useRef } from 'react';
import { FieldMenu } from './FieldMenu';

interface TextBoxProps {
  label: string;
  value: string;
  error?: string;
  minRows: number;
  /** Without snippets to insert. */
  plain?: boolean;
  onChange: (next: string) => void;
}

/** A text with merge fields. One may carry a fallback: `{{ person.given_name | default("there") }}`. */
export function TextBox({ label, value, error, minRows, plain, onChange }: TextBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const insert = (field: string) => {
    const from = box.current?.selectionStart ?? value.length;
    const to = box.current?.selectionEnd ?? from;
    onChange(`${value.slice(0, from)}{{ ${field} }}${value.slice(to)}`);
    box.current?.focus();
  };
  return (
    <div>
      <Group justify="space-between" mb={2}>
        <Text component="label" htmlFor={id} fw={500}>
          {label}
        </Text>
        <FieldMenu plain={plain} onInsert={insert} />
      </Group>
      <Textarea
        id={id}
        ref={box}
        minRows={minRows}
        error={error}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}
