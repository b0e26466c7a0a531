import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DialerView } from '@/api/generated/model';
import { api } from '@/api/http';
import { fieldProblems } from '@/kit/problems';
import { dialerQuery } from './calls';

/** Asks where the workspace's dialer is told whom to call. */
export function askDialer(): void {
  const id = modals.open({
    title: i18next.t('calls.dialer.title'),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: <DialerForm onDone={() => modals.close(id)} />,
  });
}

function DialerForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: dialer } = useQuery(dialerQuery);
  const [typed, setTyped] = useState<string | null>(null);
  const [secret, setSecret] = useState('');
  const url = typed ?? dialer?.url ?? '';
  const keep = useMutation({
    mutationFn: (to: string | null) => api.put<DialerView>('/dialer', { url: to, ...(secret && { secret }) }),
    meta: { quiet: true },
    onSuccess: (kept) => {
      client.setQueryData(dialerQuery.queryKey, kept);
      onDone();
    },
  });
  const fault = (field: string) => fieldProblems(t, keep.error).find((one) => one.field === field)?.message;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate(url.trim());
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('calls.dialer.lead')}
        </Text>
        <TextInput
          data-autofocus
          required
          maxLength={2000}
          label={t('calls.dialer.url')}
          value={url}
          error={fault('url')}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <PasswordInput
          autoComplete="off"
          maxLength={2000}
          label={t('calls.dialer.secret')}
          placeholder={dialer?.has_secret ? t('calls.dialer.kept') : undefined}
          value={secret}
          error={fault('secret')}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          {dialer?.url && (
            <Button variant="default" c="var(--harm)" onClick={() => keep.mutate(null)}>
              {t('kit.remove')}
            </Button>
          )}
          <Button type="submit" loading={keep.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
