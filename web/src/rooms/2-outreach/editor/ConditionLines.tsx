import { ActionIcon, Button, Group, Select, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Condition, newLeaf, type Term, type Terms, writeTerms } from './condition';
import classes from './editor.module.css';
import type { DraftStep } from './steps';
import { TermEditor } from './TermEditor';

interface ConditionLinesProps {
  steps: readonly DraftStep[];
  at: number;
  lines: Terms;
  /** Name of the field, for what is typed. */
  place: string;
  onChange: (next: Condition, from?: readonly DraftStep[], what?: string) => void;
}

const mostLines = 10;

/** One condition a line, joined by "and" or "or". */
export function ConditionLines({ steps, at, lines, place, onChange }: ConditionLinesProps) {
  const { t } = useTranslation();
  const write = (terms: Term[], from?: readonly DraftStep[], what?: string) =>
    onChange(writeTerms({ ...lines, terms }), from, what);
  const joins = (['all', 'any'] as const).map((value) => ({
    value,
    label: t(value === 'all' ? 'outreach.condition.and' : 'outreach.condition.or'),
  }));
  const begin = (index: number) => {
    if (index === 0) return <Text className={classes.word}>{t('outreach.condition.if')}</Text>;
    if (index > 1) {
      return <Text className={classes.word}>{joins.find((one) => one.value === lines.join)?.label}</Text>;
    }
    return (
      <Select
        w={88}
        size="xs"
        allowDeselect={false}
        aria-label={t('outreach.condition.join')}
        data={joins}
        value={lines.join}
        onChange={(next) => next && onChange(writeTerms({ ...lines, join: next as 'all' | 'any' }))}
      />
    );
  };
  return (
    <>
      {lines.terms.map((term, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
        <Group key={index} gap={6} align="center">
          {begin(index)}
          <TermEditor
            steps={steps}
            at={at}
            number={index + 1}
            term={term}
            onChange={(next, from, typed) =>
              write(
                lines.terms.map((one, n) => (n === index ? next : one)),
                from,
                typed ? `${place}.${index}.${typed}` : '',
              )
            }
          />
          {lines.terms.length > 1 && (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t('outreach.condition.remove', { number: index + 1 })}
              onClick={() => write(lines.terms.filter((_, n) => n !== index))}
            >
              <IconX size={13} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {lines.terms.length < mostLines && (
        <Group>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconPlus size={12} />}
            onClick={() => write([...lines.terms, { denied: false, leaf: newLeaf('bounced') }])}
          >
            {t('outreach.condition.add')}
          </Button>
        </Group>
      )}
    </>
  );
}
