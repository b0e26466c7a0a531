import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { findingsQuery } from '../../3-qualification/Findings';
import type { Line } from '../offer';

interface AnswersProps {
  deal: string;
  line: Line;
  readOnly: boolean;
  onChange: (ids: string[]) => void;
}

/** The needs a line answers. */
export function Answers({ deal, line, readOnly, onChange }: AnswersProps) {
  const { t } = useTranslation();
  const findings = useQuery(findingsQuery(deal));
  const needs = (findings.data ?? []).filter((one) => ['challenge', 'goal', 'ambition'].includes(one.kind));
  return (
    <MultiSelect
      size="xs"
      flex={1}
      miw={180}
      disabled={readOnly}
      aria-label={t('offer.line.answers_of', { what: line.text })}
      placeholder={line.answers.length === 0 ? t('offer.field.answers') : undefined}
      data={needs.map((one) => ({ value: one.id, label: one.summary }))}
      value={line.answers}
      onChange={onChange}
    />
  );
}
