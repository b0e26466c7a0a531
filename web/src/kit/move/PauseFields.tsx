import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DayInput } from '@/kit/fields/DayInput';
import { type MoveFieldsProps, problemOf } from './fields';

/** The causes the process accepts; the tracks are ours to name. */
const causes = ['budget_cycle', 'contract_until', 'reorganisation', 'project_later', 'other'] as const;
const tracks = ['not_yet', 'two_year', 'by_hand'] as const;

/** Why not yet, when to wake, and what keeps in touch meanwhile. */
export function PauseFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        required
        label={t('cycle.field.cause')}
        error={problemOf(problems, 'cause')}
        data={causes.map((key) => ({ value: key, label: t(`cycle.cause.${key}`) }))}
        value={request.cause ?? null}
        onChange={(cause) => onChange({ cause: cause ?? undefined })}
      />
      <DayInput
        required
        label={t('cycle.field.wake_on')}
        error={problemOf(problems, 'wake_on')}
        value={request.wake_on}
        onChange={(day) => onChange({ wake_on: day ?? undefined })}
      />
      <Select
        required
        label={t('cycle.field.track')}
        error={problemOf(problems, 'track')}
        data={tracks.map((key) => ({ value: key, label: t(`cycle.track.${key}`) }))}
        value={request.track ?? null}
        onChange={(track) => onChange({ track: track ?? undefined })}
      />
    </>
  );
}
