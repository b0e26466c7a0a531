import { Alert, Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { Objection } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useDealWrite } from '@/kit/useDealWrite';
import { confirmer } from './objections';

/** Only somebody of theirs settles an objection, in words of their own. */
export function ConfirmForm({ deal, objection }: { deal: Deal; objection: Objection }) {
  const { t } = useTranslation();
  const people = useCommittee(deal.id);
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const person = confirmer(people.data ?? [], objection.person_id, chosen);
  const confirm = useDealWrite(() =>
    api.post(`/deals/${deal.id}/objections/${objection.id}/steps`, {
      step: 'confirm',
      words: words.trim(),
      person_id: person,
    }),
  );
  if (people.error) return <ProblemAlert error={people.error} retry={people.refetch} />;
  if (people.data?.length === 0) {
    return (
      <Alert variant="light" color="gray" p="sm">
        {t('offer.objection.nobody', { committee: t('qualification.committee.title') })}
      </Alert>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(undefined);
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          flex={1}
          miw={160}
          required
          withAsterisk={false}
          label={t('offer.objection.settled_words')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Select
          w={180}
          label={t('offer.objection.said_by')}
          placeholder={t('offer.objection.choose_person')}
          allowDeselect={false}
          data={(people.data ?? []).map((one) => ({ value: one.person_id, label: one.name }))}
          value={person}
          onChange={setChosen}
        />
        <Button
          type="submit"
          variant="light"
          disabled={person === null || words.trim() === ''}
          loading={confirm.isPending}
        >
          {t('offer.objection.confirm')}
        </Button>
      </Group>
    </form>
  );
}
