import { Anchor, Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OtherContact } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { contactsQuery } from './closing';

/** Others of the same company, with the reasons; nobody is written to by itself. */
export function OtherContactsList({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const found = useQuery(contactsQuery(deal.id)).data;
  const [words, setWords] = useState('');
  const refuse = useDealWrite(
    (said: string | null) => api.put(`/deals/${deal.id}/company-refusal`, { words: said }),
    () => setWords(''),
  );
  if (!found || (!found.refused && found.contacts.length === 0)) return null;
  return (
    <RecordSection title={t('closing.others.title')}>
      {found.refused ? (
        <>
          <Text size="sm">{t('closing.others.refused')}</Text>
          <Text className={classes.quote}>{found.refused}</Text>
          {canWrite && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              mt={4}
              onClick={() => refuse.mutate(null)}
            >
              {t('closing.others.lift')}
            </Button>
          )}
        </>
      ) : (
        <>
          <Text size="xs" c="dimmed">
            {t('closing.others.lead')}
          </Text>
          {found.contacts.map((one) => (
            <Contact key={one.person_id} deal={deal} one={one} canWrite={canWrite} />
          ))}
          {canWrite && (
            <Group gap="xs" mt="xs" align="flex-end">
              <TextInput
                flex={1}
                miw={180}
                size="xs"
                label={t('closing.others.refusal')}
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
              />
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                disabled={words.trim() === ''}
                onClick={() => refuse.mutate(words.trim())}
              >
                {t('closing.others.refuse')}
              </Button>
            </Group>
          )}
        </>
      )}
    </RecordSection>
  );
}

function Contact({ deal, one, canWrite }: { deal: Deal; one: OtherContact; canWrite: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [mention, setMention] = useState(false);
  const begin = useDealWrite(
    () => api.post(`/deals/${deal.id}/other-contacts`, { person_id: one.person_id, mention }),
    () => notifyDone(t('closing.others.begun', { name: one.name })),
  );
  return (
    <div className={classes.line}>
      <Group gap="xs">
        <Anchor
          renderRoot={(props) => (
            <Link {...props} to="/people/$id" params={{ id: one.person_id }} search={{}} />
          )}
        >
          {one.name}
        </Anchor>
        {one.title && <Text c="dimmed">{one.title}</Text>}
      </Group>
      <Text size="xs" c="dimmed">
        {one.parts
          .map((part) => `${t(`closing.others.reason.${part.reason}`)} ${format.signed(part.points, 0)}`)
          .join(' · ')}
      </Text>
      {canWrite && (
        <Group gap="sm" mt={4}>
          <Checkbox
            size="xs"
            label={t('closing.others.mention')}
            checked={mention}
            onChange={(event) => setMention(event.currentTarget.checked)}
          />
          <Button
            size="compact-xs"
            variant="light"
            loading={begin.isPending}
            onClick={() => begin.mutate(undefined)}
          >
            {t('closing.others.begin')}
          </Button>
        </Group>
      )}
    </div>
  );
}
