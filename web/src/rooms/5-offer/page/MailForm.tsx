import { Button, Group, MultiSelect, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { mailboxesQuery } from '../../2-outreach/outreach';

interface MailFormProps {
  path: string;
  title: string;
  people: ReadonlyArray<{ id: string; name: string }>;
  close: () => void;
}

/** Brings each of them their own link by mail. */
export function MailForm({ path, title, people, close }: MailFormProps) {
  const { t } = useTranslation();
  const mailboxes = useQuery(mailboxesQuery).data ?? [];
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState(people.map((one) => one.id));
  const [subject, setSubject] = useState(title);
  const [text, setText] = useState(t('offerpage.mail.draft', { link: '{{link}}' }));
  const mailbox = from ?? mailboxes[0]?.id ?? null;
  const send = useMutation({
    mutationFn: () =>
      api.post(`${path}/mail`, { mailbox_id: mailbox, person_ids: to, subject: subject.trim(), text }),
    meta: { quiet: true },
    onSuccess: () => {
      notifyDone(t('offerpage.mail.done'));
      close();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <Stack gap="xs">
        <Select
          label={t('offerpage.mail.from')}
          data={mailboxes.map((one) => ({ value: one.id, label: one.email }))}
          value={mailbox}
          onChange={setFrom}
          placeholder={mailboxes.length === 0 ? t('offerpage.mail.none') : undefined}
          allowDeselect={false}
        />
        <MultiSelect
          label={t('offerpage.mail.to')}
          data={people.map((one) => ({ value: one.id, label: one.name }))}
          value={to}
          onChange={setTo}
        />
        <TextInput
          label={t('offerpage.mail.subject')}
          required
          maxLength={200}
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
        />
        <Textarea
          label={t('offerpage.mail.text')}
          description={t('offerpage.mail.text_hint', { link: '{{link}}' })}
          autosize
          minRows={4}
          required
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ProblemAlert error={send.error} />
        <Group gap="xs">
          <Button
            type="submit"
            size="compact-sm"
            loading={send.isPending}
            disabled={!mailbox || to.length === 0}
          >
            {t('offerpage.mail.send')}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={close}>
            {t('kit.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
