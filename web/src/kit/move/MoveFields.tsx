import { Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MoveKind, MoveRequest } from '@/api/cycle';
import type { FieldProblem } from '@/api/http';
import { type StageKey, stageKeys } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { MoneyInput } from '../fields/MoneyInput';

const parkCauses = ['budget_cycle', 'contract_until', 'reorganisation', 'project_later', 'other'] as const;
const lossReasons = [
  'price',
  'competitor',
  'no_decision',
  'no_need',
  'timing',
  'no_authority',
  'lost_contact',
  'other',
] as const;
const misfits = ['need', 'budget', 'authority', 'timing', 'icp', 'other'] as const;
const tracks = ['quarterly', 'two_year'] as const;

interface MoveFieldsProps {
  kind: MoveKind;
  request: MoveRequest;
  /** Criteria for each of which a reason is asked. */
  missing: string[];
  problems: FieldProblem[];
  onChange: (next: Partial<MoveRequest>) => void;
}

/** What each kind of move must be given. */
export function MoveFields(props: MoveFieldsProps) {
  const { kind } = props;
  if (kind === 'park') return <ParkFields {...props} />;
  if (kind === 'lose') return <LoseFields {...props} />;
  if (kind === 'disqualify') return <DisqualifyFields {...props} />;
  if (kind === 'win') return <WinFields {...props} />;
  return (
    <>
      {kind === 'back' || kind === 'reopen' ? <TargetField {...props} /> : null}
      {['skip', 'back', 'reopen'].includes(kind) && <ReasonField {...props} />}
      <MissingReasons {...props} />
    </>
  );
}

function useProblem(problems: FieldProblem[]) {
  return (field: string) => problems.find((one) => one.field === field)?.message;
}

function TargetField({ request, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('cycle.field.to')}
      allowDeselect={false}
      data={stageKeys.map((key) => ({ value: key, label: t(`stage.${key}.name`) }))}
      value={request.to ?? null}
      onChange={(to) => onChange({ to: to as StageKey })}
    />
  );
}

function ReasonField({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const problem = useProblem(problems);
  return (
    <Textarea
      required
      data-autofocus
      minRows={2}
      label={t('cycle.field.reason')}
      error={problem('reason')}
      value={request.reason ?? ''}
      onChange={(event) => onChange({ reason: event.currentTarget.value })}
    />
  );
}

function MissingReasons({ missing, request, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  return missing.map((key) => (
    <TextInput
      key={key}
      required
      label={t('cycle.field.reason_for', { criterion: textOr(t, `stage.criterion.${key}`, key) })}
      value={request.reasons?.[key] ?? ''}
      onChange={(event) => onChange({ reasons: { ...request.reasons, [key]: event.currentTarget.value } })}
    />
  ));
}

function ParkFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const problem = useProblem(problems);
  return (
    <>
      <Select
        required
        label={t('cycle.field.cause')}
        error={problem('cause')}
        data={parkCauses.map((key) => ({ value: key, label: t(`cycle.cause.${key}`) }))}
        value={request.cause ?? null}
        onChange={(cause) => onChange({ cause: cause ?? undefined })}
      />
      <TextInput
        required
        type="date"
        label={t('cycle.field.wake_on')}
        error={problem('wake_on')}
        value={request.wake_on ?? ''}
        onChange={(event) => onChange({ wake_on: event.currentTarget.value })}
      />
      <Select
        required
        label={t('cycle.field.track')}
        error={problem('track')}
        data={tracks.map((key) => ({ value: key, label: t(`cycle.track.${key}`) }))}
        value={request.track ?? null}
        onChange={(track) => onChange({ track: track ?? undefined })}
      />
    </>
  );
}

function LoseFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const problem = useProblem(problems);
  return (
    <>
      <Select
        required
        label={t('cycle.field.reason')}
        error={problem('reason')}
        data={lossReasons.map((key) => ({ value: key, label: t(`cycle.loss.${key}`) }))}
        value={request.reason ?? null}
        onChange={(reason) => onChange({ reason: reason ?? undefined })}
      />
      {request.reason === 'competitor' && (
        <TextInput
          required
          label={t('cycle.field.competitor')}
          error={problem('competitor')}
          value={request.competitor ?? ''}
          onChange={(event) => onChange({ competitor: event.currentTarget.value })}
        />
      )}
      <Textarea
        required={request.reason === 'other'}
        minRows={2}
        label={t('cycle.field.note')}
        error={problem('note')}
        value={request.note ?? ''}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
    </>
  );
}

function DisqualifyFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const problem = useProblem(problems);
  return (
    <>
      <Select
        required
        label={t('cycle.field.misfit')}
        error={problem('reason')}
        data={misfits.map((key) => ({ value: key, label: t(`cycle.misfit.${key}`) }))}
        value={request.reason ?? null}
        onChange={(reason) => onChange({ reason: reason ?? undefined })}
      />
      <Select
        required
        label={t('cycle.field.told')}
        error={problem('told')}
        data={(['yes', 'mail', 'no'] as const).map((key) => ({ value: key, label: t(`cycle.told.${key}`) }))}
        value={request.told ?? null}
        onChange={(told) => onChange({ told: (told as MoveRequest['told']) ?? undefined })}
      />
    </>
  );
}

function WinFields({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const problem = useProblem(problems);
  return (
    <>
      <MoneyInput
        required
        label={t('cycle.field.amount')}
        error={problem('amount')}
        value={request.amount ?? null}
        onChange={(amount) => onChange({ amount: amount ?? undefined })}
      />
      <TextInput
        type="date"
        label={t('cycle.field.start_date')}
        error={problem('start_date')}
        value={request.start_date ?? ''}
        onChange={(event) => onChange({ start_date: event.currentTarget.value || undefined })}
      />
      {!request.start_date && (
        <TextInput
          label={t('cycle.field.no_start_date')}
          error={problem('no_start_date')}
          value={request.no_start_date ?? ''}
          onChange={(event) => onChange({ no_start_date: event.currentTarget.value || undefined })}
        />
      )}
    </>
  );
}
