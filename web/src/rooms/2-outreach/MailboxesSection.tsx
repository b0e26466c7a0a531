import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { MailboxForm } from './MailboxForm';
import { type Mailbox, mailboxesQuery, type TestStep } from './outreach';
import classes from './outreach.module.css';
import { SendingDomainsPanel } from './SendingDomainsPanel';
import { ProvidersPanel } from './signIn/ProvidersPanel';
import { SignInAgain } from './signIn/SignInAgain';
import { SignInButtons } from './signIn/SignInButtons';
import { providersQuery } from './signIn/signIn';
import { TestResult } from './TestResult';
import { TrackingHostPanel } from './TrackingHostPanel';

/** The addresses mail goes out from and answers come back to. */
export function MailboxesSection() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [editing, setEditing] = useState<Mailbox | 'new' | null>(null);
  const admin = useCan('admin');
  const mailboxes = useQuery(mailboxesQuery);
  const providers = useQuery(providersQuery).data?.providers ?? [];
  const none = mailboxes.data?.length === 0 && editing === null;
  const add = canWrite && (
    <Group gap="xs">
      <SignInButtons providers={providers} />
      <Button variant={providers.length > 0 ? 'default' : 'filled'} onClick={() => setEditing('new')}>
        {t(providers.length > 0 ? 'outreach.mailbox.add_by_password' : 'outreach.mailbox.add')}
      </Button>
    </Group>
  );
  return (
    <>
      <Panel
        title={t('settings.section.mailboxes')}
        lead={t('outreach.mailbox.lead')}
        actions={!none && editing === null && add}
      >
        <ProblemAlert error={mailboxes.error} retry={() => mailboxes.refetch()} />
        {editing !== null && (
          <MailboxForm mailbox={editing === 'new' ? null : editing} onDone={() => setEditing(null)} />
        )}
        {none && (
          <EmptyState
            title={t('outreach.mailbox.empty')}
            text={t('outreach.mailbox.empty_text')}
            action={add}
          />
        )}
        {editing === null &&
          mailboxes.data?.map((mailbox) => (
            <MailboxLine
              key={mailbox.id}
              mailbox={mailbox}
              onEdit={canWrite ? () => setEditing(mailbox) : undefined}
            />
          ))}
      </Panel>
      {admin && <ProvidersPanel />}
      <SendingDomainsPanel />
      <TrackingHostPanel />
    </>
  );
}

function MailboxLine({ mailbox, onEdit }: { mailbox: Mailbox; onEdit?: () => void }) {
  const { t } = useTranslation();
  const test = useMutation({
    mutationFn: () => api.post<{ steps: TestStep[] }>(`/mailboxes/${mailbox.id}/test`),
  });
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => api.patch(`/mailboxes/${mailbox.id}`, { state: 'active' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/mailboxes'] }),
  });
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs">
        <div>
          <Group gap="xs">
            <Text fw={600}>{mailbox.email}</Text>
            <Badge variant="light" tt="none" color={mailbox.state === 'error' ? 'red' : 'gray'}>
              {t(`outreach.mailbox.state.${mailbox.state}`)}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            {mailbox.from_name} ·{' '}
            {mailbox.cap_now < mailbox.daily_cap
              ? t('outreach.mailbox.cap_of', { now: mailbox.cap_now, most: mailbox.daily_cap })
              : t('outreach.mailbox.cap', { count: mailbox.daily_cap })}
          </Text>
        </div>
        {onEdit && (
          <Group gap="xs">
            <SignInAgain mailbox={mailbox} />
            <Button
              variant="default"
              size="compact-sm"
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              {t('outreach.mailbox.test')}
            </Button>
            {mailbox.state === 'paused' && (
              <Button
                variant="default"
                size="compact-sm"
                loading={resume.isPending}
                onClick={() => resume.mutate()}
              >
                {t('outreach.mailbox.resume')}
              </Button>
            )}
            <Button variant="default" size="compact-sm" onClick={onEdit}>
              {t('kit.edit')}
            </Button>
          </Group>
        )}
      </Group>
      {mailbox.state_reason && (
        <Text size="xs" c="var(--harm)">
          {textOr(t, `outreach.mailbox.halted.${mailbox.state_reason}`, mailbox.state_reason)}
        </Text>
      )}
      {test.data && <TestResult steps={test.data.steps} />}
    </div>
  );
}
