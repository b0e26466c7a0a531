import { Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type StageKey, stageKeys } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { DisqualifyFields, LoseFields, WinFields } from './EndFields';
import { type MoveFieldsProps, problemOf } from './fields';
import { PauseFields } from './PauseFields';
import { UrgencyField } from './UrgencyField';

/** What each kind of move must be given. */
export function MoveFields(props: MoveFieldsProps) {
  return (
    <>
      <OwnFields {...props} />
      <MissingReasons {...props} />
    </>
  );
}

function OwnFields(props: MoveFieldsProps) {
  switch (props.kind) {
    case 'park':
      return <PauseFields {...props} />;
    case 'lose':
      return <LoseFields {...props} />;
    case 'disqualify':
      return <DisqualifyFields {...props} />;
    case 'win':
      return <WinFields {...props} />;
    case 'skip_urgent':
      return <UrgencyField {...props} />;
    case 'skip':
      return <ReasonField {...props} />;
    case 'back':
    case 'reopen':
      return (
        <>
          <TargetField {...props} />
          <ReasonField {...props} />
        </>
      );
    default:
      return null;
  }
}

/** A deal goes back to an earlier stage; one that is reopened may also stay where it ended. */
function TargetField({ deal, kind, request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  const targets = stageKeys.slice(0, stageKeys.indexOf(deal.stage) + (kind === 'reopen' ? 1 : 0));
  return (
    <Select
      label={t('cycle.field.to')}
      allowDeselect={false}
      error={problemOf(problems, 'to')}
      data={targets.map((key) => ({ value: key, label: t(`stage.${key}.name`) }))}
      value={request.to ?? null}
      onChange={(to) => onChange({ to: to as StageKey })}
    />
  );
}

function ReasonField({ request, problems, onChange }: MoveFieldsProps) {
  const { t } = useTranslation();
  return (
    <Textarea
      required
      data-autofocus
      minRows={2}
      label={t('cycle.field.reason')}
      error={problemOf(problems, 'reason')}
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
