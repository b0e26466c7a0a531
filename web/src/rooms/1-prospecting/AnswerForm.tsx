import { Button, Group, Kbd, Stack, Textarea, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import type { NewAnswer, Question } from '@/api/research';
import { FieldInput } from '@/kit/fields/FieldInput';
import type { Choice } from '@/kit/fields/labels';
import { itemOf, keptAs, numbered } from './questions';
import classes from './research.module.css';

interface AnswerFormProps {
  question: Question;
  label: string;
  field: Field | undefined;
  /** Where the answer before was found: often this one stands there too. */
  lastSource: string | null;
  saving: boolean;
  onAnswer: (sent: NewAnswer) => void;
  onCancel: () => void;
}

/** The answer, where it stands, and the words it rests on. Enter saves, Esc leaves it. */
export function AnswerForm(props: AnswerFormProps) {
  const { t, i18n } = useTranslation();
  const { question, label, field, onAnswer, onCancel } = props;
  const item = itemOf(question);
  const [value, setValue] = useState<unknown>(item ? item.text : question.value);
  const [url, setUrl] = useState(item?.source ?? question.known?.url ?? props.lastSource ?? '');
  const [quote, setQuote] = useState(question.known?.quote ?? '');
  const choices = numbered(field, i18n.language, t);
  const save = (chosen: unknown = value) => {
    const given = typeof chosen === 'string' ? chosen.trim() || null : (chosen ?? null);
    onAnswer({ question: question.key, value: given, url: url.trim() || null, quote: quote.trim() || null });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    } else if (field && choices[Number(event.key) - 1] && event.target instanceof HTMLButtonElement) {
      event.preventDefault();
      save(keptAs(field, choices[Number(event.key) - 1]?.value ?? ''));
    } else if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
      if (event.nativeEvent.isComposing) return;
      event.preventDefault();
      save();
    }
  };
  return (
    <form
      className={classes.answer}
      aria-label={label}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack gap="xs">
        {question.kind === 'item' ? (
          <Textarea
            autoFocus
            autosize
            minRows={1}
            maxRows={6}
            maxLength={2000}
            label={label}
            value={String(value ?? '')}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        ) : choices.length > 0 && field ? (
          <Numbered label={label} choices={choices} onChoose={(one) => save(keptAs(field, one))} />
        ) : (
          field && <FieldInput labelled autoFocus field={field} value={value} onChange={setValue} />
        )}
        <Group gap="xs" grow align="flex-start" className={classes.evidence}>
          <TextInput
            label={t('prospecting.desk.source')}
            maxLength={2000}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TextInput
            label={t('prospecting.desk.quote')}
            maxLength={2000}
            value={quote}
            onChange={(event) => setQuote(event.currentTarget.value)}
          />
        </Group>
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={props.saving}>
            {t('kit.save')}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
            {t('kit.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A short choice, each answer under the number of its key. */
function Numbered(props: { label: string; choices: Choice[]; onChoose: (value: string) => void }) {
  const { label, choices, onChoose } = props;
  return (
    <Group gap="xs" role="group" aria-label={label}>
      {choices.map((choice, index) => (
        <Button
          key={choice.value}
          autoFocus={index === 0}
          variant="default"
          size="compact-md"
          leftSection={<Kbd size="xs">{index + 1}</Kbd>}
          onClick={() => onChoose(choice.value)}
        >
          {choice.label}
        </Button>
      ))}
    </Group>
  );
}
