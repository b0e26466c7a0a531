import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { EntryFrame } from './EntryFrame';
import { passwordLength } from './password';

function BackToSignIn() {
  const { t } = useTranslation();
  return (
    <Text size="xs" ta="center">
      <Link to="/sign-in" search={{}}>
        {t('entry.reset.back')}
      </Link>
    </Text>
  );
}

export function ResetRequestPage() {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { email: '' } });
  const send = useMutation({
    mutationFn: (values: typeof form.values) => api.post('/password-reset', values),
    meta: { quiet: true },
  });
  return (
    <EntryFrame title={t('entry.reset.title')} lead={t('entry.reset.text')}>
      <form onSubmit={form.onSubmit((values) => send.mutate(values))}>
        <Stack gap="sm">
          <TextInput
            type="email"
            required
            withAsterisk={false}
            autoFocus
            autoComplete="username"
            label={t('entry.field.email')}
            {...form.getInputProps('email')}
          />
          {send.isSuccess && (
            <Alert role="status" p="sm">
              {t('entry.reset.sent')}
            </Alert>
          )}
          <ProblemAlert error={send.error} />
          <Button type="submit" loading={send.isPending}>
            {t('entry.reset.send')}
          </Button>
          <BackToSignIn />
        </Stack>
      </form>
    </EntryFrame>
  );
}

export function ResetPage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: '/reset/$token' });
  const form = useForm({ initialValues: { password: '' } });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      api.post(`/password-reset/${encodeURIComponent(token)}`, values),
    meta: { quiet: true },
  });
  return (
    <EntryFrame title={t('entry.reset.choose')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm">
          {save.isSuccess ? (
            <Alert role="status" p="sm">
              {t('entry.reset.done')}
            </Alert>
          ) : (
            <>
              <PasswordInput
                required
                withAsterisk={false}
                autoFocus
                autoComplete="new-password"
                minLength={passwordLength}
                label={t('entry.field.new_password')}
                description={t('entry.field.password_hint', { count: passwordLength })}
                {...form.getInputProps('password')}
              />
              <ProblemAlert error={save.error} gone={t('entry.reset.gone')} />
              <Button type="submit" loading={save.isPending}>
                {t('entry.reset.save')}
              </Button>
            </>
          )}
          <BackToSignIn />
        </Stack>
      </form>
    </EntryFrame>
  );
}
