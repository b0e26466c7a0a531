import { Badge, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageRow } from '@/api/generated/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { IntentPicker } from '@/kit/record/IntentPicker';
import { Proposals } from '../6-objections/Proposals';
import { folded } from './inbox';
import classes from './inbox.module.css';

/** States that need no word: it came, or it left. */
const plain = ['received', 'sent'];

/** One mail; what it quotes is folded away. */
export function Mail({ mail, hasKeys }: { mail: MessageRow; hasKeys: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [whole, setWhole] = useState(false);
  const text = folded(mail);
  const incoming = mail.direction === 'in';
  return (
    <article className={classes.mail} data-ours={!incoming || undefined}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text fw={600} truncate>
          {mail.from_name || mail.from_address}
          {incoming && mail.from_name && (
            <Text span size="xs" c="dimmed" fw={400} ml={6}>
              {mail.from_address}
            </Text>
          )}
        </Text>
        <Group gap={6} wrap="nowrap" flex="none">
          {!plain.includes(mail.state) && (
            <Badge size="sm" variant="light" tt="none" color={mail.state === 'queued' ? undefined : 'red'}>
              {textOr(t, `inbox.mail.${mail.state}`, mail.state)}
            </Badge>
          )}
          <Text component="time" dateTime={mail.sent_at ?? mail.created_at} size="xs" c="dimmed">
            {format.moment(mail.sent_at ?? mail.created_at)}
          </Text>
        </Group>
      </Group>
      {incoming && mail.class === 'human' && <Proposals bare of={{ source_id: mail.id }} />}
      <div className={classes.text}>{whole && text.whole ? text.whole : text.shown}</div>
      <Group gap="xs" mt={6}>
        {mail.class === 'human' && (
          <IntentPicker id={mail.id} read={mail.intent ?? 'other'} reading={mail.intents} hasKeys={hasKeys} />
        )}
        {text.whole && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            aria-expanded={whole}
            onClick={() => setWhole(!whole)}
          >
            {t(whole ? 'inbox.fold' : 'inbox.unfold')}
          </Button>
        )}
      </Group>
    </article>
  );
}
