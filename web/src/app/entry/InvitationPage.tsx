import { Alert, Button, PasswordInput, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, chooseWorkspace } from '@/api/http';
import type { Me } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { meQuery } from '../session';
import { EntryFrame } from './EntryFrame';
import { passwordLength } from './password';

interface Invitation {
  email: string;
  role: string;
  workspace_name: string;
  invited_by: string | null;
  /** Whether this address signs in already; then its own password is asked. */
  has_account: boolean;
}

export function InvitationPage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: '/invitation/$token' });
  const path = `/invitations/by-token/${encodeURIComponent(token)}`;
  const invitation = useQuery({ queryKey: [path], queryFn: () => api.get<Invitation>(path), retry: false });
  if (invitation.isPending) {
    return (
      <EntryFrame title={t('kit.loading')}>
        <Skeleton h={160} />
      </EntryFrame>
    );
  }
  if (invitation.isError) {
    return (
      <EntryFrame title={t('app.page.missing')}>
        <Alert color="red">{t('entry.invitation.gone')}</Alert>
      </EntryFrame>
    );
  }
  const { email, workspace_name: workspace, invited_by: inviter } = invitation.data;
  const role = textOr(t, `settings.role.${invitation.data.role}`, invitation.data.role);
  const lead = inviter
    ? t('entry.invitation.text', { inviter, email, role })
    : t('entry.invitation.text_short', { email, role });
  return (
    <EntryFrame title={t('entry.invitation.title', { workspace })} lead={lead}>
      <AcceptForm path={path} email={email} known={invitation.data.has_account} />
    </EntryFrame>
  );
}

function AcceptForm({ path, email, known }: { path: string; email: string; known: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const form = useForm({ initialValues: { name: '', password: '' } });
  const accept = useMutation({
    mutationFn: (values: typeof form.values) => api.post<Me>(`${path}/accept`, values),
    meta: { quiet: true },
    onSuccess: () => {
      chooseWorkspace(null);
      client.removeQueries({ queryKey: meQuery.queryKey });
      router.history.push('/today');
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <Stack gap="sm">
        <input type="hidden" autoComplete="username" value={email} readOnly />
        {!known && (
          <TextInput
            required
            withAsterisk={false}
            autoFocus
            autoComplete="name"
            label={t('entry.field.name')}
            {...form.getInputProps('name')}
          />
        )}
        <PasswordInput
          required
          withAsterisk={false}
          autoComplete={known ? 'current-password' : 'new-password'}
          minLength={known ? undefined : passwordLength}
          label={t('entry.field.password')}
          description={known ? undefined : t('entry.field.password_hint', { count: passwordLength })}
          {...form.getInputProps('password')}
        />
        <ProblemAlert error={accept.error} gone={t('entry.invitation.gone')} />
        <Button type="submit" loading={accept.isPending}>
          {t('entry.invitation.accept')}
        </Button>
      </Stack>
    </form>
  );
}
