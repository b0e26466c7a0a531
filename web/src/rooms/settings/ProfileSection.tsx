import { Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Me } from '@/api/model';
import { passwordLength } from '@/app/entry/password';
import { useMe } from '@/app/session';
import { Panel } from '@/kit/Page';
import { timeZones } from '@/kit/regions';
import { useSave } from './useSave';

export function ProfileSection() {
  const me = useMe();
  if (!me) return null;
  return (
    <>
      <ProfileForm me={me} />
      <PasswordForm />
    </>
  );
}

function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { name: me.user.name, time_zone: me.user.time_zone } });
  const save = useSave((values: typeof form.values) => api.patch('/me', values), ['/me', '/members']);
  return (
    <Panel title={t('settings.section.profile')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm" maw={420}>
          <TextInput
            required
            withAsterisk={false}
            label={t('entry.field.name')}
            {...form.getInputProps('name')}
          />
          <TextInput readOnly label={t('entry.field.email')} value={me.user.email} />
          <Select
            searchable
            allowDeselect={false}
            label={t('entry.field.time_zone')}
            data={timeZones()}
            {...form.getInputProps('time_zone')}
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

function PasswordForm() {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { current: '', password: '' } });
  const save = useSave(
    (values: typeof form.values) => api.post('/me/password', values),
    ['/me/sessions'],
    () => form.reset(),
  );
  return (
    <Panel title={t('entry.field.password')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm" maw={420}>
          <PasswordInput
            required
            withAsterisk={false}
            autoComplete="current-password"
            label={t('settings.password.current')}
            {...form.getInputProps('current')}
          />
          <PasswordInput
            required
            withAsterisk={false}
            autoComplete="new-password"
            minLength={passwordLength}
            label={t('entry.field.new_password')}
            description={t('entry.field.password_hint', { count: passwordLength })}
            {...form.getInputProps('password')}
          />
          <Group>
            <Button type="submit" variant="default" loading={save.isPending}>
              {t('settings.password.change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
