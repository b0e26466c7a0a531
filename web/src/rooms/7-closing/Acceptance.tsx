import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';

interface AcceptanceProps {
  deal: Deal;
  acceptance: { kind: string; words?: string | null; at: string } | null;
}

/** Their yes: how it was given, and in which words. */
export function Acceptance({ deal, acceptance }: AcceptanceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const withdraw = useDealWrite(() => api.delete(`/deals/${deal.id}/acceptance`));
  return (
    <RecordSection title={t('offer.closing.acceptance')}>
      {acceptance ? (
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Text>
              {textOr(t, `offer.closing.accept.${acceptance.kind}`, acceptance.kind)}{' '}
              <Text span c="dimmed">
                {format.dateTime(acceptance.at)}
              </Text>
            </Text>
            {acceptance.words && <Text className={classes.quote}>{acceptance.words}</Text>}
          </div>
          {canWrite && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => withdraw.mutate(undefined)}
            >
              {t('kit.undo')}
            </Button>
          )}
        </Group>
      ) : (
        canWrite && <AcceptanceForm deal={deal} />
      )}
    </RecordSection>
  );
}

function AcceptanceForm({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const record = useDealWrite(() =>
    api.post(`/deals/${deal.id}/acceptance`, { kind: 'written_yes', words: words.trim() }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        record.mutate(undefined);
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          flex={1}
          required
          aria-label={t('offer.closing.accept.written_yes')}
          placeholder={t('qualification.discovery.words')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" loading={record.isPending}>
          {t('kit.save')}
        </Button>
      </Group>
    </form>
  );
}
