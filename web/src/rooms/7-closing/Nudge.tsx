import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { ClosingView, Unproved } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { currentLocale } from '@/i18n';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { closeKindsQuery } from './closing';
import { MailFields, type MailValues, useMailbox } from './MailFields';

/** A mail that asks for the decision. What nothing stands behind is named while it is written, and is not sent. */
export function Nudge({ deal, view, onDone }: { deal: Deal; view: ClosingView; onDone: () => void }) {
  const { t } = useTranslation();
  const kinds = useQuery(closeKindsQuery).data ?? [];
  const people = (useCommittee(deal.id).data ?? []).filter((one) => one.email);
  const [kind, setKind] = useState<string>(view.proposes ?? 'results_reminder');
  const [chosen, setChosen] = useState<string | null>(null);
  const [written, setWritten] = useState<MailValues | null>(null);
  const close = kinds.find((one) => one.kind === kind);
  const proposed = (currentLocale() === 'ko' ? close?.ko : close?.en) ?? '';
  const mail = written ?? { mailbox_id: '', subject: '', text: proposed };
  const mailbox = useMailbox(mail.mailbox_id);
  const person = chosen ?? people[0]?.person_id ?? null;
  const [read] = useDebouncedValue(`${mail.subject}\n${mail.text}`.trim(), 400);
  const claims = useQuery({
    queryKey: ['/deals', 'claims', deal.id, read],
    queryFn: () => api.post<Unproved[]>(`/deals/${deal.id}/claims`, { text: read }),
    enabled: read !== '',
  }).data;
  const unfilled = /\[[^\]]+\]/.test(mail.text);
  const send = useDealWrite(
    () => api.post(`/deals/${deal.id}/nudges`, { ...mail, kind, mailbox_id: mailbox, person_id: person }),
    () => {
      notifyDone(t('closing.nudge.sent'));
      onDone();
    },
  );
  return (
    <Stack gap="xs" className={classes.box}>
      <Group grow align="flex-start">
        <Select
          allowDeselect={false}
          label={t('closing.how')}
          data={kinds.map((one) => ({
            value: one.kind,
            label: t(`closing.close.${one.kind}`),
            disabled: view.objection_open && one.lever,
          }))}
          value={kind}
          onChange={(next) => next && setKind(next)}
        />
        <Select
          allowDeselect={false}
          label={t('closing.summary.to')}
          data={people.map((one) => ({ value: one.person_id, label: one.name }))}
          value={person}
          onChange={setChosen}
        />
      </Group>
      <MailFields mail={mail} onChange={setWritten} />
      {claims?.map((one) => (
        <Text key={one.words} size="sm" c="red">
          {t(`closing.nudge.why.${one.why}`, { words: one.words })}
        </Text>
      ))}
      {unfilled && <Text size="sm">{t('closing.nudge.unfilled')}</Text>}
      <ProblemAlert error={send.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={onDone}>
          {t('kit.cancel')}
        </Button>
        <Button
          disabled={
            !person || !mailbox || mail.subject.trim() === '' || (claims?.length ?? 0) > 0 || unfilled
          }
          loading={send.isPending}
          onClick={() => send.mutate(undefined)}
        >
          {t('closing.summary.send')}
        </Button>
      </Group>
    </Stack>
  );
}
