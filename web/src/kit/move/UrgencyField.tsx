import { MultiSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { bantQuery } from '@/api/bant';
import { useFormat } from '../format';
import { type MoveFieldsProps, problemOf } from './fields';

/** What proves that it is urgent to them: evidence noted for the timing of the deal. */
export function UrgencyField({ deal, request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const bant = useQuery(bantQuery(deal.id));
  const timing = bant.data?.factors.find((one) => one.factor === 'timing')?.evidence ?? [];
  const only = timing.length === 1 ? timing[0]?.id : undefined;
  // Where there is only one to choose, it is chosen.
  const untouched = request.evidence === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known
  useEffect(() => {
    if (only && untouched) onChange({ evidence: [{ kind: 'bant', id: only }] });
  }, [only, untouched]);
  if (bant.isSuccess && timing.length === 0) return <Text>{t('cycle.no_evidence')}</Text>;
  return (
    <MultiSelect
      required
      label={t('cycle.field.evidence')}
      error={problemOf(problems, 'evidence')}
      data={timing.map((one) => ({
        value: one.id,
        label: `${t(`qualification.evidence.${one.kind}`)} · ${one.quote ?? format.date(one.at)}`,
      }))}
      value={request.evidence?.map((one) => one.id) ?? []}
      onChange={(ids) => onChange({ evidence: ids.map((id) => ({ kind: 'bant', id })) })}
    />
  );
}
