import { Button, Group, Kbd, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationRow } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { openObjection } from '@/kit/openObjection';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { threadQuery } from './inbox';
import classes from './inbox.module.css';
import { Mail } from './Mail';
import { RecordBeside } from './RecordBeside';
import { ReplyBox } from './ReplyBox';
import type { InboxActions } from './useInboxActions';

interface ConversationProps {
  row: ConversationRow;
  actions: InboxActions;
  back?: ReactNode;
  ref: Ref<HTMLElement>;
}

/** A conversation with its mails and the box to answer in, and the record beside it. */
export function Conversation({ row, actions, back, ref }: ConversationProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const thread = useQuery(threadQuery(row.id));
  const messages = thread.data?.messages ?? [];
  const newest = messages.findLast((mail) => mail.direction === 'in' && mail.class === 'human');
  const end = useRef<HTMLDivElement>(null);
  const count = messages.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'nearest' });
  }, [count]);
  return (
    <>
      <section ref={ref} tabIndex={-1} className={classes.conversation} aria-label={t('inbox.conversation')}>
        {back}
        <Head row={thread.data?.conversation ?? row} actions={actions} />
        <ProblemAlert error={thread.error} retry={() => thread.refetch()} />
        {thread.isPending && <Skeleton h={160} />}
        {thread.data?.has_older && (
          <Text size="xs" c="dimmed">
            {t('inbox.older')}
          </Text>
        )}
        <Stack gap="sm" className={classes.mails}>
          {messages.map((mail) => (
            <Mail key={mail.id} mail={mail} hasKeys={mail.id === newest?.id} />
          ))}
          <div ref={end} />
        </Stack>
        {canWrite && thread.data && (
          <ReplyBox
            key={row.id}
            thread={thread.data}
            onSent={actions.replied}
            onStale={() => void actions.refresh()}
          />
        )}
      </section>
      <RecordBeside row={row} />
    </>
  );
}

function Head({ row, actions }: { row: ConversationRow; actions: InboxActions }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const key = (letter: string) => (
    <Kbd size="xs" className={classes.key}>
      {letter}
    </Kbd>
  );
  return (
    <Group justify="space-between" gap="xs" align="flex-start">
      <div>
        <Title order={2}>{row.subject || t('inbox.no_subject')}</Title>
        <Text size="xs" c="dimmed">
          {[
            row.mailbox_address,
            row.assigned_name ?? t('inbox.assign.nobody'),
            row.state === 'snoozed' && t('inbox.until', { when: format.moment(row.snoozed_until) }),
            row.state === 'done' && t('inbox.state.done'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </div>
      {canWrite && (
        <Group gap="xs">
          <Button
            variant="default"
            size="compact-sm"
            rightSection={key('e')}
            onClick={() => actions.finish(row)}
          >
            {t(row.state === 'done' ? 'inbox.reopen' : 'kit.done')}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            rightSection={key('s')}
            onClick={() => actions.askRest(row)}
          >
            {t('inbox.snooze')}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            rightSection={key('a')}
            onClick={() => actions.askWhose(row)}
          >
            {t('inbox.assign.button')}
          </Button>
          {row.person_id && (
            <Button variant="default" size="compact-sm" onClick={() => openObjection(row.person_id ?? null)}>
              {t('objections.log')}
            </Button>
          )}
        </Group>
      )}
    </Group>
  );
}
