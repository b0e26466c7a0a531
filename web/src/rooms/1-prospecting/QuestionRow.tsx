import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Company, Field } from '@/api/model';
import { membersQuery } from '@/api/records';
import type { KnownFrom, Question } from '@/api/research';
import { FieldValue } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { itemOf } from './questions';
import classes from './research.module.css';

interface RowProps {
  company: Company;
  question: Question;
  label: string;
  field: Field | undefined;
  chosen: boolean;
  /** Whether it is being answered. */
  open: boolean;
  onOpen: () => void;
}

/** One question: what is known, from whom and how sure, or that it is not. */
export function QuestionRow({ company, question, label, field, chosen, open, onOpen }: RowProps) {
  const { t } = useTranslation();
  const Icon = question.answered ? IconCircleCheckFilled : IconCircleDashed;
  const item = itemOf(question);
  return (
    <UnstyledButton
      className={classes.row}
      onClick={onOpen}
      aria-current={chosen || undefined}
      aria-expanded={open}
    >
      <Icon
        size={16}
        className={question.answered ? classes.met : classes.open}
        aria-label={t(question.answered ? 'prospecting.desk.answered' : 'prospecting.desk.open')}
      />
      <div className={classes.what}>
        <Text fw={550}>
          {label}
          {question.scored && (
            <Text span size="xs" c="dimmed" fw={400}>
              {' '}
              · {t('prospecting.desk.scored')}
            </Text>
          )}
        </Text>
        {item ? (
          <Text className={classes.said}>{item.text}</Text>
        ) : question.value !== null && question.value !== undefined && field ? (
          <Text component="div" className={classes.said}>
            <FieldValue field={field} record={company} plain />
          </Text>
        ) : (
          <Text c="dimmed">{t('kit.unknown')}</Text>
        )}
        {item && !question.answered && (
          <Text size="xs" c="var(--harm)">
            {t('prospecting.desk.no_source')}
          </Text>
        )}
        {question.known && <Provenance known={question.known} />}
      </div>
    </UnstyledButton>
  );
}

/** Who answered, when, from what, and how sure that made us. */
export function Provenance({ known }: { known: KnownFrom }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: members } = useQuery(membersQuery);
  const name = members?.find((one) => one.user_id === known.by)?.name;
  return (
    <Group gap={6}>
      <Text size="xs" c="dimmed">
        {[
          t(`qualification.evidence.${known.kind}`),
          t('qualification.bant.confidence', { share: format.percent(known.confidence, 0) }),
          name,
          format.moment(known.at),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {(known.url || known.quote) && (
        <Text size="xs" c="dimmed" className={classes.source} title={known.quote ?? undefined}>
          {known.url?.replace(/^https?:\/\/(www\.)?/, '')}
          {known.quote && ` “${known.quote}”`}
        </Text>
      )}
    </Group>
  );
}
