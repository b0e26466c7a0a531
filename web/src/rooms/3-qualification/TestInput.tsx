import { Group, MultiSelect, Select, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import { FieldInput } from '@/kit/fields/FieldInput';
import { choicesOf, fieldLabel } from '@/kit/fields/labels';
import { type Operator, operatorsOf, type Test } from './qualifiers';

interface TestInputProps {
  label: string;
  field: Field;
  test: Test;
  onChange: (test: Test) => void;
}

/** How a field's value is compared, and with what. */
export function TestInput({ label, field, test, onChange }: TestInputProps) {
  const { t, i18n } = useTranslation();
  const name = fieldLabel(field, i18n.language);
  const listed = Array.isArray(test.value) ? test.value.map(String) : [];
  const choices = choicesOf(field, i18n.language, t);
  const list = {
    'aria-label': `${label} ${name}`,
    value: listed,
    onChange: (value: string[]) => onChange({ ...test, value }),
  };
  return (
    <Group gap="xs" align="flex-end" grow>
      <Select
        label={label}
        allowDeselect={false}
        data={operatorsOf(field).map((op) => ({ value: op, label: t(`kit.op.${op}`) }))}
        value={test.op}
        onChange={(op) => op && onChange({ op: op as Operator, value: null })}
      />
      {test.op === 'in' &&
        (choices.length > 0 ? <MultiSelect {...list} data={choices} /> : <TagsInput {...list} />)}
      {test.op !== 'in' && test.op !== 'filled' && (
        <FieldInput
          field={single(field)}
          value={test.value}
          onChange={(value) => onChange({ ...test, value })}
        />
      )}
    </Group>
  );
}

/** A list has one of its words compared. */
function single(field: Field): Field {
  return field.kind === 'multi_choice' ? { ...field, kind: 'choice' } : field;
}
