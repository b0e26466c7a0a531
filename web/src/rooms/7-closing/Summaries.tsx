import { Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPerson, SummaryDraft } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { timelineQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { summaryQuery } from './closing';
import { MailFields, type MailValues, useMailbox } from './MailFields';

/** Meetings that were held, each with its summary: drafted, read by somebody, and sent on a click. */
export function Summaries({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const [open, setOpen] = useState<string | null>(null);
  const timeline = useInfiniteQuery(timelineQuery('deal', deal.id));
  const entries = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  const held = entries.filter(
    (one) => one.kind === 'meeting.logged' && (one.payload as { outcome?: string }).outcome === 'held',
  );
  if (held.length === 0 || !canWrite) return null;
  return (
    <RecordSection title={t('closing.summary.title')}>
      {held.slice(0, 5).map((one) => {
        const id = one.subject_id;
        if (!id) return null;
        return (
          <div key={one.id} className={classes.line}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{t('closing.summary.of', { when: format.moment(one.at) })}</Text>
              <Button
                size="compact-xs"
                variant="light"
                aria-expanded={open === id}
                onClick={() => setOpen(open === id ? null : id)}
              >
                {t(open === id ? 'kit.close' : 'closing.summary.read')}
              </Button>
            </Group>
            {open === id && <Summary deal={deal} meeting={id} />}
          </div>
        );
      })}
    </RecordSection>
  );
}

function Summary({ deal, meeting }: { deal: Deal; meeting: string }) {
  const draft = useQuery(summaryQuery(deal.id, meeting));
  if (draft.isPending) return <Skeleton h={120} />;
  if (draft.isError) return <ProblemAlert error={draft.error} />;
  return <SummaryForm deal={deal} meeting={meeting} draft={draft.data} />;
}

function SummaryForm({ deal, meeting, draft }: { deal: Deal; meeting: string; draft: SummaryDraft }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [mail, setMail] = useState<MailValues>({ mailbox_id: '', subject: draft.subject, text: draft.text });
  const mailbox = useMailbox(mail.mailbox_id);
  const [to, setTo] = useState(draft.to.map((one) => one.person_id));
  const [cc, setCc] = useState<string[]>([]);
  const send = useDealWrite(
    () => api.post(`/deals/${deal.id}/meetings/${meeting}/summary`, { ...mail, mailbox_id: mailbox, to, cc }),
    () => notifyDone(t('closing.summary.sent')),
  );
  if (draft.sent_at) {
    return (
      <Stack gap={4} mt="xs">
        <Text size="xs" c="dimmed">
          {t('closing.summary.sent_at', { when: format.moment(draft.sent_at) })}
        </Text>
        <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
          {draft.text}
        </Text>
      </Stack>
    );
  }
  const boxes = (
    label: string,
    people: readonly DealPerson[],
    value: string[],
    set: (next: string[]) => void,
  ) =>
    people.length > 0 && (
      <Checkbox.Group label={label} value={value} onChange={set}>
        <Group gap="sm" mt={4}>
          {people.map((one) => (
            <Checkbox key={one.person_id} size="xs" value={one.person_id} label={one.name} />
          ))}
        </Group>
      </Checkbox.Group>
    );
  return (
    <Stack gap="xs" mt="xs" className={classes.box}>
      {boxes(t('closing.summary.to'), draft.to, to, setTo)}
      {boxes(t('closing.summary.cc'), draft.cc_proposals, cc, setCc)}
      <MailFields mail={mail} onChange={setMail} />
      <ProblemAlert error={send.error} />
      <Group justify="flex-end">
        <Button
          disabled={to.length === 0 || !mailbox}
          loading={send.isPending}
          onClick={() => send.mutate(undefined)}
        >
          {t('closing.summary.send')}
        </Button>
      </Group>
    </Stack>
  );
}
