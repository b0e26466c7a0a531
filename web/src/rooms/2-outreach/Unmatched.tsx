import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MessageRow } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { IntentPicker } from '@/kit/record/IntentPicker';
import classes from './outreach.module.css';

/** Mail that came in and could not be tied to a person by itself. */
export function Unmatched() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const mails = useQuery({
    queryKey: ['/inbox', 'unmatched'],
    queryFn: async () => {
      const answer = await api.get<MessageRow[] | { items: MessageRow[] }>('/inbox/unmatched');
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
  const assign = useMutation({
    mutationFn: ({ id, person }: { id: string; person: string }) =>
      api.post(`/inbox/unmatched/${id}/assign`, { person_id: person }),
    onSettled: () => client.invalidateQueries({ queryKey: ['/inbox'] }),
  });
  if (mails.data?.length === 0) {
    return (
      <EmptyState
        icon={<IconInbox size={32} stroke={1.3} />}
        title={t('outreach.inbox.empty')}
        text={t('outreach.inbox.empty_text')}
      />
    );
  }
  return (
    <Panel title={t('outreach.tab.inbox')} lead={t('outreach.inbox.lead')}>
      <ProblemAlert error={mails.error} retry={() => mails.refetch()} />
      {mails.isPending && <Skeleton h={80} />}
      {mails.data?.map((mail) => (
        <Group key={mail.id} justify="space-between" className={classes.line} align="flex-start">
          <Stack gap={2} flex={1} miw={220}>
            <Text fw={600}>{mail.subject}</Text>
            <Text size="xs" c="dimmed">
              {mail.from_name} {mail.from_address} · {format.relative(mail.sent_at ?? mail.created_at)}
            </Text>
            <Text lineClamp={2}>{mail.excerpt}</Text>
            {mail.class === 'human' && (
              <div>
                <IntentPicker id={mail.id} read={mail.intent ?? 'other'} reading={mail.intents} />
              </div>
            )}
          </Stack>
          {canWrite && (
            <ReferenceInput
              kind="person"
              aria-label={t('outreach.inbox.assign')}
              value={null}
              onChange={(person) => person && assign.mutate({ id: mail.id, person })}
            />
          )}
        </Group>
      ))}
    </Panel>
  );
}
