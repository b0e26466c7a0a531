import { Button, Group, NumberInput, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Workspace } from '@/api/model';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { countries, currencies, timeZones } from '@/kit/regions';
import { useSave } from './useSave';

export function WorkspaceSection() {
  const workspace = useQuery({ queryKey: ['/workspace'], queryFn: () => api.get<Workspace>('/workspace') });
  if (workspace.isPending) return null;
  if (workspace.isError) return <ProblemAlert error={workspace.error} retry={() => workspace.refetch()} />;
  return (
    <>
      <GeneralForm workspace={workspace.data} />
      <RulesForm workspace={workspace.data} />
    </>
  );
}

function GeneralForm({ workspace }: { workspace: Workspace }) {
  const { t, i18n } = useTranslation();
  const form = useForm({
    initialValues: {
      name: workspace.name,
      country: workspace.country,
      time_zone: workspace.time_zone,
      currency: workspace.currency,
    },
  });
  const save = useSave(
    (values: typeof form.values) => api.patch('/workspace', values),
    ['/workspace', '/me'],
  );
  return (
    <Panel title={t('settings.section.workspace')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm" maw={420}>
          <TextInput
            required
            withAsterisk={false}
            label={t('entry.welcome.workspace_name')}
            {...form.getInputProps('name')}
          />
          <Select
            searchable
            allowDeselect={false}
            label={t('entry.field.country')}
            data={countries(i18n.language)}
            {...form.getInputProps('country')}
          />
          <Select
            searchable
            allowDeselect={false}
            label={t('entry.field.time_zone')}
            data={timeZones()}
            {...form.getInputProps('time_zone')}
          />
          <Select
            searchable
            allowDeselect={false}
            label={t('entry.field.currency')}
            data={currencies(i18n.language)}
            {...form.getInputProps('currency')}
          />
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t('kit.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

interface Rules {
  research_items_needed: number;
  reps_may_force_gates: boolean;
  two_way_talk_needs_voice: boolean;
  fit_needed: number;
  connection_pending_days: number;
  channel_try_percent: number;
  touches_in_week: number;
  touches_in_month: number;
  postal_address: string;
  sender_phone: string;
}

function RulesForm({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const rules = workspace.settings as unknown as Rules;
  const form = useForm<Rules>({
    initialValues: {
      research_items_needed: rules.research_items_needed,
      reps_may_force_gates: rules.reps_may_force_gates,
      two_way_talk_needs_voice: rules.two_way_talk_needs_voice,
      fit_needed: rules.fit_needed,
      connection_pending_days: rules.connection_pending_days,
      channel_try_percent: rules.channel_try_percent,
      touches_in_week: rules.touches_in_week,
      touches_in_month: rules.touches_in_month,
      postal_address: rules.postal_address,
      sender_phone: rules.sender_phone,
    },
  });
  const save = useSave(
    (settings: Rules) => api.patch('/workspace', { settings }),
    ['/workspace', '/me', '/mail-basis'],
  );
  return (
    <Panel title={t('settings.rules.title')} lead={t('settings.rules.lead')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm" maw={420}>
          <NumberInput
            min={0}
            max={5}
            label={t('settings.rules.research')}
            {...form.getInputProps('research_items_needed')}
          />
          <NumberInput
            min={0}
            max={100}
            label={t('settings.rules.fit')}
            {...form.getInputProps('fit_needed')}
          />
          <NumberInput
            min={1}
            max={365}
            label={t('settings.rules.connection')}
            description={t('settings.rules.connection_hint')}
            {...form.getInputProps('connection_pending_days')}
          />
          <NumberInput
            min={0}
            max={100}
            label={t('settings.rules.tries')}
            description={t('settings.rules.tries_hint')}
            {...form.getInputProps('channel_try_percent')}
          />
          <NumberInput
            min={1}
            max={7}
            label={t('settings.rules.in_week')}
            description={t('settings.rules.in_week_hint')}
            {...form.getInputProps('touches_in_week')}
          />
          <NumberInput
            min={1}
            max={30}
            label={t('settings.rules.in_month')}
            {...form.getInputProps('touches_in_month')}
          />
          <Switch
            label={t('settings.rules.voice')}
            {...form.getInputProps('two_way_talk_needs_voice', { type: 'checkbox' })}
          />
          <Switch
            label={t('settings.rules.force')}
            {...form.getInputProps('reps_may_force_gates', { type: 'checkbox' })}
          />
          <Textarea
            minRows={2}
            label={t('settings.rules.postal')}
            description={t('settings.rules.postal_hint')}
            {...form.getInputProps('postal_address')}
          />
          <TextInput
            type="tel"
            maxLength={64}
            label={t('settings.rules.phone')}
            description={t('settings.rules.phone_hint')}
            {...form.getInputProps('sender_phone')}
          />
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t('kit.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
