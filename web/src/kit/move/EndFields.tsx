import { Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MoveRequest } from '@/api/cycle';
import { useProcessOf, wordIn } from '@/api/process';
import { DayInput } from '@/kit/fields/DayInput';
import { MoneyInput } from '../fields/MoneyInput';
import { type MoveFieldsProps, problemOf } from './fields';

const misfits = ['need', 'budget', 'authority', 'timing', 'icp', 'other'] as const;

/** Why they did not buy, and to whom it was lost. */
export function LoseFields({ deal, request, problems, onChange }: MoveFieldsProps) {
  const { t, i18n } = useTranslation();
  const lossReasons = useProcessOf(deal)?.definition.loss_reasons ?? [];
  return (
    <>
      <Select
        required
        label={t('cycle.field.reason')}
        error={problemOf(problems, 'reason')}
        data={lossReasons.map(({ key, label }) => ({ value: key, label: wordIn(label, i18n.language) }))}
        value={request.reason ?? null}
        onChange={(reason) => onChange({ reason: reason ?? undefined })}
      />
      {request.reason === 'competitor' && (
        <TextInput
          required
          label={t('cycle.field.competitor')}
          error={problemOf(problems, 'competitor')}
          value={request.competitor ?? ''}
          onChange={(event) => onChange({ competitor: event.currentTarget.value })}
        />
      )}
      <Textarea
        required={request.reason === 'other'}
        minRows={2}
        label={t('cycle.field.note')}
        error={problemOf(problems, 'note')}
        value={request.note ?? ''}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
    </>
  );
}

/** What does not fit, and whether they know. */
export function DisqualifyFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        required
        label={t('cycle.field.misfit')}
        error={problemOf(problems, 'reason')}
        data={misfits.map((key) => ({ value: key, label: t(`cycle.misfit.${key}`) }))}
        value={request.reason ?? null}
        onChange={(reason) => onChange({ reason: reason ?? undefined })}
      />
      <Select
        required
        label={t('cycle.field.told')}
        error={problemOf(problems, 'told')}
        data={(['yes', 'mail', 'no'] as const).map((key) => ({ value: key, label: t(`cycle.told.${key}`) }))}
        value={request.told ?? null}
        onChange={(told) => onChange({ told: (told as MoveRequest['told']) ?? undefined })}
      />
    </>
  );
}

/** What was sold, and when it starts. */
export function WinFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <MoneyInput
        required
        label={t('cycle.field.amount')}
        error={problemOf(problems, 'amount')}
        value={request.amount ?? null}
        onChange={(amount) => onChange({ amount: amount ?? undefined })}
      />
      <DayInput
        label={t('cycle.field.start_date')}
        error={problemOf(problems, 'start_date')}
        value={request.start_date}
        onChange={(day) => onChange({ start_date: day ?? undefined })}
      />
      {!request.start_date && (
        <TextInput
          label={t('cycle.field.no_start_date')}
          error={problemOf(problems, 'no_start_date')}
          value={request.no_start_date ?? ''}
          onChange={(event) => onChange({ no_start_date: event.currentTarget.value || undefined })}
        />
      )}
    </>
  );
}
