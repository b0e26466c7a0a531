import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { askFirst } from '@/kit/askFirst';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '../outreach.module.css';
import { ProviderForm } from './ProviderForm';
import { kindsLeft, type Provider, type ProviderKind, providersQuery } from './signIn';

/** Where members can sign in to their mail accounts instead of typing passwords. For administrators. */
export function ProvidersPanel() {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<Provider | ProviderKind | null>(null);
  const { data, error, refetch } = useQuery(providersQuery);
  const none = data?.providers.length === 0 && editing === null;
  const add = data && editing === null && (
    <Group gap="xs" justify="center">
      {kindsLeft(data.providers).map((kind) => (
        <Button key={kind} variant="default" onClick={() => setEditing(kind)}>
          {t(`outreach.sign_in.set_up.${kind}`)}
        </Button>
      ))}
    </Group>
  );
  return (
    <Panel title={t('outreach.sign_in.title')} lead={t('outreach.sign_in.lead')} actions={!none && add}>
      <ProblemAlert error={error} retry={() => refetch()} />
      {data && editing !== null && (
        <ProviderForm
          kind={typeof editing === 'string' ? editing : editing.kind}
          provider={typeof editing === 'string' ? null : editing}
          redirectUrl={data.redirect_url}
          onDone={() => setEditing(null)}
        />
      )}
      {none && (
        <EmptyState
          title={t('outreach.sign_in.empty')}
          text={t('outreach.sign_in.empty_text')}
          action={add}
        />
      )}
      {editing === null &&
        data?.providers.map((one) => (
          <ProviderLine key={one.id} provider={one} onEdit={() => setEditing(one)} />
        ))}
    </Panel>
  );
}

function ProviderLine({ provider, onEdit }: { provider: Provider; onEdit: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.delete(`/sign-in-providers/${provider.id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/sign-in-providers'] }),
  });
  const ask = () =>
    askFirst({
      title: t('outreach.sign_in.remove_title', { name: provider.name }),
      text: t('outreach.sign_in.remove_text'),
      confirm: t('kit.delete'),
      onConfirm: () => remove.mutate(),
    });
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs">
        <div>
          <Text fw={600}>{provider.name}</Text>
          <Text size="xs" c="dimmed">
            {provider.smtp.host} · {t('outreach.sign_in.mailboxes', { count: provider.mailboxes })}
          </Text>
        </div>
        <Group gap="xs">
          <Button variant="default" size="compact-sm" onClick={onEdit}>
            {t('kit.edit')}
          </Button>
          {provider.mailboxes === 0 && (
            <Button variant="default" size="compact-sm" loading={remove.isPending} onClick={ask}>
              {t('kit.delete')}
            </Button>
          )}
        </Group>
      </Group>
    </div>
  );
}
