import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { HonestDraft } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { mailboxesQuery } from '../../2-outreach/outreach';

export interface HonestMail {
  mailbox_id: string;
  person_id: string;
  subject: string;
  text: string;
}

interface HonestMailFieldsProps {
  deal: Deal;
  mail: HonestMail | null;
  onChange: (mail: HonestMail) => void;
}

/** The honest mail: a draft in their language, to be read and changed before it leaves. */
export function HonestMailFields({ deal, mail, onChange }: HonestMailFieldsProps) {
  const { t } = useTranslation();
  const people = (useCommittee(deal.id).data ?? []).filter((one) => one.email);
  const mailboxes = useQuery(mailboxesQuery).data ?? [];
  const person = mail?.person_id ?? people[0]?.person_id ?? null;
  const mailbox = mail?.mailbox_id ?? mailboxes[0]?.id ?? null;
  const draft = useQuery({
    queryKey: ['/deals', 'honest-mail', deal.id, person],
    queryFn: () => api.get<HonestDraft>(`/deals/${deal.id}/honest-mail?person_id=${person}`),
    enabled: person !== null,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  useEffect(() => {
    if (!draft || !person || !mailbox || mail?.person_id === person) return;
    onChange({ mailbox_id: mailbox, person_id: person, subject: draft.subject, text: draft.text });
  }, [draft, person, mailbox, mail, onChange]);
  const change = (part: Partial<HonestMail>) => mail && onChange({ ...mail, ...part });
  return (
    <Stack gap="xs">
      <Select
        allowDeselect={false}
        label={t('discovery.with')}
        data={people.map((one) => ({ value: one.person_id, label: one.name }))}
        value={person}
        onChange={(next) =>
          next &&
          mailbox &&
          onChange({
            mailbox_id: mailbox,
            person_id: next,
            subject: mail?.subject ?? '',
            text: mail?.text ?? '',
          })
        }
      />
      {mailboxes.length > 1 && (
        <Select
          allowDeselect={false}
          label={t('discovery.decision.from')}
          data={mailboxes.map((one) => ({ value: one.id, label: one.email }))}
          value={mailbox}
          onChange={(next) => next && change({ mailbox_id: next })}
        />
      )}
      <TextInput
        label={t('discovery.decision.subject')}
        value={mail?.subject ?? ''}
        onChange={(event) => change({ subject: event.currentTarget.value })}
      />
      <Textarea
        autosize
        minRows={6}
        label={t('discovery.decision.text')}
        value={mail?.text ?? ''}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
    </Stack>
  );
}
