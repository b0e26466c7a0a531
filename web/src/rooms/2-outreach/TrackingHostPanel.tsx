import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrackingHost } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { fieldProblems } from '@/kit/problems';
import { trackingHostQuery } from './outreach';

/** Over which host the links of automatic mails lead. */
export function TrackingHostPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(trackingHostQuery);
  if (!error && !data) return null;
  return (
    <Panel title={t('outreach.links.title')} lead={t('outreach.links.lead')}>
      <Stack gap="sm">
        <ProblemAlert error={error} retry={() => refetch()} />
        {data && (
          <Text style={{ overflowWrap: 'anywhere' }}>
            {t('outreach.links.now', { base: data.base })}
            {data.checked_at && (
              <Text span c="dimmed">
                {' · '}
                {t('outreach.links.checked', { when: format.moment(data.checked_at) })}
              </Text>
            )}
          </Text>
        )}
        {data?.host && !data.secure && (
          <Text size="xs" c="var(--warn)">
            {t('outreach.links.plain')}
          </Text>
        )}
        {data && <HostForm key={data.host} host={data.host ?? ''} />}
      </Stack>
    </Panel>
  );
}

function HostForm({ host }: { host: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const readOnly = !useCan('admin');
  const [typed, setTyped] = useState(host);
  const keep = useMutation({
    mutationFn: (to: string | null) => api.put<TrackingHost>('/tracking-host', { host: to }),
    meta: { quiet: true },
    onSuccess: (kept) => {
      client.setQueryData(trackingHostQuery.queryKey, kept);
      notifyDone(t('kit.saved'));
    },
  });
  if (readOnly) return null;
  const fault = fieldProblems(t, keep.error).find((one) => one.field === 'host')?.message;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate(typed.trim());
      }}
    >
      <Stack gap="sm">
        <TextInput
          required
          maw={480}
          maxLength={300}
          label={t('outreach.links.host')}
          description={t('outreach.links.host_hint')}
          value={typed}
          error={fault}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {!fault && <ProblemAlert error={keep.error} />}
        <Group gap="xs">
          <Button type="submit" loading={keep.isPending}>
            {t('outreach.links.save')}
          </Button>
          {host && (
            <Button variant="default" onClick={() => keep.mutate(null)}>
              {t('outreach.links.own')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
