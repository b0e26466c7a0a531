import { MultiSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
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
