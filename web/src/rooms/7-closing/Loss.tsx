import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { LossView } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { lossQuery } from './closing';
import { MailFields, type MailValues, useMailbox } from './MailFields';

/** What a lost deal taught, and one honest mail to part well. */
export function Loss({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const people = (useCommittee(deal.id).data ?? []).filter((one) => one.email);
  const [chosen, setChosen] = useState<string | null>(null);
  const person = chosen ?? people[0]?.person_id ?? null;
  const loss = useQuery(lossQuery(deal.id, person)).data;
  const [lesson, setLesson] = useState<string | null>(null);
  const [writing, { open: write, close }] = useDisclosure(false);
  const keep = useDealWrite(
    () => api.post(`/deals/${deal.id}/loss`, { lesson: lesson?.trim() || null }),
    () => notifyDone(t('kit.saved')),
  );
  if (!loss) return null;
  const shown = lesson ?? loss.note.lesson ?? '';
  return (
    <RecordSection title={t('closing.loss.title')}>
      <Stack gap="xs">
        <Textarea
          autosize
          minRows={2}
          readOnly={!canWrite}
          label={t('closing.loss.lesson')}
          value={shown}
          onChange={(event) => setLesson(event.currentTarget.value)}
        />
        <Group gap="xs">
          {canWrite && (
            <Button
              size="compact-sm"
              variant="light"
              disabled={lesson === null || shown.trim() === ''}
              loading={keep.isPending}
              onClick={() => keep.mutate(undefined)}
            >
              {t('kit.save')}
            </Button>
          )}
          {loss.note.message_id ? (
            <Text size="xs" c="dimmed">
              {t('closing.loss.told', { when: format.moment(loss.note.at) })}
            </Text>
          ) : (
            canWrite &&
            person &&
            !writing && (
              <Button size="compact-sm" variant="subtle" onClick={write}>
                {t('closing.loss.write')}
              </Button>
            )
          )}
        </Group>
        {writing && person && !loss.note.message_id && (
          <div className={classes.box}>
            <Select
              mb="xs"
              allowDeselect={false}
              label={t('closing.summary.to')}
              data={people.map((one) => ({ value: one.person_id, label: one.name }))}
              value={person}
              onChange={setChosen}
            />
            <Farewell key={person} deal={deal} person={person} loss={loss} onDone={close} />
          </div>
        )}
      </Stack>
    </RecordSection>
  );
}

function Farewell(props: { deal: Deal; person: string; loss: LossView; onDone: () => void }) {
  const { deal, person, loss, onDone } = props;
  const { t } = useTranslation();
  const [mail, setMail] = useState<MailValues>({ mailbox_id: '', subject: loss.subject, text: loss.text });
  const mailbox = useMailbox(mail.mailbox_id);
  const send = useDealWrite(
    () => api.post(`/deals/${deal.id}/loss`, { mail: { ...mail, mailbox_id: mailbox, person_id: person } }),
    onDone,
  );
  return (
    <Stack gap="xs">
      <MailFields mail={mail} onChange={setMail} />
      <ProblemAlert error={send.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" color="gray" onClick={onDone}>
          {t('kit.cancel')}
        </Button>
        <Button disabled={!mailbox} loading={send.isPending} onClick={() => send.mutate(undefined)}>
          {t('closing.summary.send')}
        </Button>
      </Group>
    </Stack>
  );
}
