import { Alert, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { membersQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import type { Side, Speaker, TalkView } from './talk';

interface Known {
  person_id: string;
  name: string;
}

/** Who is who: ours are members, theirs are people of the deal. The talk is measured anew. */
export function Speakers({ talk }: { talk: TalkView }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const client = useQueryClient();
  const [speakers, setSpeakers] = useState(talk.speakers);
  const { data: members } = useQuery(membersQuery);
  const { data: people } = useQuery({
    queryKey: ['/deals', talk.deal_id, 'people'],
    queryFn: () => api.get<Known[]>(`/deals/${talk.deal_id}/people`),
    enabled: talk.deal_id !== null,
  });
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.put<TalkView>(`/transcripts/${talk.id}/speakers`, { speakers }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/transcripts'] }),
  });
  const change = (name: string, values: Partial<Speaker>) =>
    setSpeakers(speakers.map((one) => (one.name === name ? { ...one, ...values } : one)));
  const ours = members?.map((one) => ({ value: one.user_id, label: one.name })) ?? [];
  const theirs = people?.map((one) => ({ value: one.person_id, label: one.name })) ?? [];
  if (speakers.length === 0) return null;
  return (
    <Panel title={t('talk.speakers')}>
      {talk.rep_assumed && (
        <Alert variant="light" p="sm" mb="sm">
          {t('talk.assumed')}
        </Alert>
      )}
      <Stack gap="sm">
        {speakers.map((one) => (
          <Group key={one.name} gap="sm">
            <Text fw={600} miw={120}>
              {one.name}
            </Text>
            <SegmentedControl
              size="xs"
              disabled={!canWrite}
              aria-label={t('talk.side', { name: one.name })}
              value={one.side}
              onChange={(side) => change(one.name, { side: side as Side, user_id: null, person_id: null })}
              data={[
                { value: 'rep', label: t('talk.rep') },
                { value: 'prospect', label: t('talk.prospect') },
              ]}
            />
            <Select
              size="xs"
              clearable
              disabled={!canWrite}
              aria-label={t('talk.is', { name: one.name })}
              placeholder={t('talk.nobody')}
              data={one.side === 'rep' ? ours : theirs}
              value={one.side === 'rep' ? one.user_id : one.person_id}
              onChange={(id) => change(one.name, one.side === 'rep' ? { user_id: id } : { person_id: id })}
            />
          </Group>
        ))}
        <ProblemAlert error={save.error} />
        {canWrite && (
          <Group>
            <Button variant="light" loading={save.isPending} onClick={() => save.mutate()}>
              {t('talk.save_speakers')}
            </Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
