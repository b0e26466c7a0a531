import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, chooseWorkspace } from '@/api/http';
import type { Me } from '@/api/model';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { meQuery } from '../session';
import { EntryFrame } from './EntryFrame';

export function SignInPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/sign-in' });
  const client = useQueryClient();
  const router = useRouter();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) => api.post<Me>('/sign-in', values),
    meta: { quiet: true },
    onSuccess: () => {
      chooseWorkspace(null);
      client.removeQueries({ queryKey: meQuery.queryKey });
      router.history.push(next ?? '/today');
    },
  });
  return (
    <EntryFrame title={t('entry.sign_in.title')}>
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
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
          <PasswordInput
            required
            withAsterisk={false}
            autoComplete="current-password"
            label={t('entry.field.password')}
            {...form.getInputProps('password')}
          />
          <ProblemAlert error={signIn.error} />
          <Button type="submit" loading={signIn.isPending} mt="xs">
            {t('entry.sign_in.button')}
          </Button>
          <Anchor component={Link} to="/reset" size="xs" ta="center">
            {t('entry.sign_in.forgot')}
          </Anchor>
        </Stack>
      </form>
    </EntryFrame>
  );
}
