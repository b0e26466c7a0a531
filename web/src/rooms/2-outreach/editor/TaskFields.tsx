import { Select, Stack, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Channel } from '@/api/generated/model';
import { useFault } from './faults';
import { PieceFields } from './PieceFields';
import type { DraftStep } from './steps';
import { TextBox } from './TextBox';

const ways: Partial<Record<DraftStep['kind'], readonly Channel[]>> = {
  social: ['linkedin', 'social'],
  task: ['email', 'phone', 'linkedin', 'social', 'sms', 'postal', 'in_person'],
};

interface TaskFieldsProps {
  at: number;
  step: DraftStep;
  onChange: (next: Partial<DraftStep>, what: string) => void;
}

/** What a person does: its title, by which way, and notes for whoever does it. */
export function TaskFields({ at, step, onChange }: TaskFieldsProps) {
  const { t } = useTranslation();
  const subject = useFault(`steps.${at}.subject`);
  const body = useFault(`steps.${at}.body`);
  const channel = useFault(`steps.${at}.channel`);
  const offered = ways[step.kind];
  return (
    <Stack gap="xs">
      <TextInput
        label={t('outreach.step.title')}
        error={subject}
        value={step.subject}
        onChange={(event) => onChange({ subject: event.currentTarget.value }, 'subject')}
      />
      {offered && (
        <Select
          label={t('outreach.step.channel')}
          description={t('outreach.step.channel_hint')}
          error={channel}
          clearable={step.kind === 'task'}
          allowDeselect={step.kind === 'task'}
          data={offered.map((one) => ({ value: one, label: t(`records.choice.preferred_channel.${one}`) }))}
          value={step.channel}
          onChange={(next) => onChange({ channel: next as Channel | null, connect: false }, '')}
        />
      )}
      {step.kind === 'social' && step.channel === 'linkedin' && (
        <Switch
          label={t('outreach.step.connect')}
          description={t('outreach.step.connect_hint')}
          checked={step.connect}
          onChange={(event) => onChange({ connect: event.currentTarget.checked }, '')}
        />
      )}
      {step.kind === 'post' && <PieceFields at={at} step={step} onChange={onChange} />}
      <TextBox
        label={t(step.kind === 'post' ? 'outreach.piece.body' : 'outreach.step.notes')}
        minRows={step.kind === 'post' ? 6 : 2}
        error={body}
        value={step.body}
        onChange={(next) => onChange({ body: next }, 'body')}
      />
    </Stack>
  );
}
