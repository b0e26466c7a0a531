import { Group, SegmentedControl, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import classes from './icp.module.css';
import { differs, type IcpAnswer, type IcpQuestion } from './questionnaire';

interface QuestionFieldProps {
  question: IcpQuestion;
  /** Why the last answer was not kept. */
  error?: string;
  onSave: (answer: IcpAnswer) => void;
  /** To the next question without an answer. */
  onNext: () => void;
}

/** A question; a word of a list is kept at once, what is written otherwise when one leaves it. */
export function QuestionField({ question, error, onSave, onNext }: QuestionFieldProps) {
  const { t } = useTranslation();
  const { key, kind, answer } = question;
  const [words, setWords] = useState(answer?.words ?? []);
  const [evidence, setEvidence] = useState<IcpAnswer['evidence']>(answer?.evidence ?? 'opinion');
  const save = (next = words, rests = evidence) => {
    if (differs(answer, next, rests)) onSave({ words: next, evidence: rests });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (!event.ctrlKey && !event.metaKey && kind !== 'span') return;
    event.preventDefault();
    if (kind !== 'list') save();
    onNext();
  };
  const hint = textOr(t, `prospecting.questionnaire.question.${key}.hint`, '');
  const shared = {
    id: `question-${key}`,
    'aria-label': t(`prospecting.questionnaire.question.${key}.ask` as never),
    placeholder: hint || undefined,
    error,
    onKeyDown,
  };
  const onBlur = () => save();
  const whole = (text: string) => setWords(text === '' ? [] : [text]);
  return (
    <div className={classes.question}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start" mb={4}>
        <Text component="label" htmlFor={shared.id} fw={550}>
          {t(`prospecting.questionnaire.question.${key}.ask` as never)}{' '}
          {answer && (
            <IconCheck
              size={14}
              color="var(--good)"
              role="img"
              aria-label={t('prospecting.questionnaire.answered')}
            />
          )}
        </Text>
        <SegmentedControl
          size="xs"
          flex="none"
          aria-label={t('prospecting.questionnaire.evidence')}
          value={evidence}
          onChange={(next) => {
            setEvidence(next as IcpAnswer['evidence']);
            if (words.length > 0) save(words, next as IcpAnswer['evidence']);
          }}
          data={(['data', 'opinion'] as const).map((value) => ({
            value,
            label: t(`prospecting.questionnaire.${value}`),
          }))}
        />
      </Group>
      {kind === 'list' ? (
        <TagsInput
          {...shared}
          acceptValueOnBlur
          value={words}
          onChange={(next) => {
            setWords(next);
            save(next);
          }}
        />
      ) : kind === 'span' ? (
        <TextInput
          {...shared}
          maw={280}
          onBlur={onBlur}
          value={words[0] ?? ''}
          onChange={(event) => whole(event.currentTarget.value)}
        />
      ) : (
        <Textarea
          {...shared}
          autosize
          onBlur={onBlur}
          minRows={2}
          value={words[0] ?? ''}
          onChange={(event) => whole(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
