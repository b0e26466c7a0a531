import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { mailboxesQuery } from '../2-outreach/outreach';

export interface MailValues {
  mailbox_id: string;
  subject: string;
  text: string;
}

/** A mail to be read and changed before it leaves. */
export function MailFields({ mail, onChange }: { mail: MailValues; onChange: (mail: MailValues) => void }) {
  const { t } = useTranslation();
  const mailboxes = useQuery(mailboxesQuery).data ?? [];
  return (
    <Stack gap="xs">
      {mailboxes.length > 1 && (
        <Select
          allowDeselect={false}
          label={t('discovery.decision.from')}
          data={mailboxes.map((one) => ({ value: one.id, label: one.email }))}
          value={mail.mailbox_id || (mailboxes[0]?.id ?? null)}
          onChange={(next) => next && onChange({ ...mail, mailbox_id: next })}
        />
      )}
      <TextInput
        label={t('discovery.decision.subject')}
        value={mail.subject}
        onChange={(event) => onChange({ ...mail, subject: event.currentTarget.value })}
      />
      <Textarea
        autosize
        minRows={6}
        maxRows={20}
        label={t('discovery.decision.text')}
        value={mail.text}
        onChange={(event) => onChange({ ...mail, text: event.currentTarget.value })}
      />
    </Stack>
  );
}

/** The mailbox a mail leaves from: the one chosen, else the first there is. */
export function useMailbox(chosen: string): string {
  const mailboxes = useQuery(mailboxesQuery).data ?? [];
  return chosen || (mailboxes[0]?.id ?? '');
}
