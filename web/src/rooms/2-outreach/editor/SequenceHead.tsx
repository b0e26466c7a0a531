import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { goals, mailboxesQuery } from '../outreach';
import { useFault } from './faults';
import type { Editing } from './useDraft';

/** Name, goal and mailbox of the sequence. */
export function SequenceHead({ draft, change }: Pick<Editing, 'draft' | 'change'>) {
  const { t } = useTranslation();
  const mailboxes = useQuery(mailboxesQuery);
  const faults = { name: useFault('name'), goal: useFault('goal'), mailbox: useFault('mailbox_id') };
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
      <TextInput
        label={t('prospecting.icp.name')}
        error={faults.name}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value }, 'name')}
      />
      <Select
        label={t('outreach.sequence.goal')}
        error={faults.goal}
        allowDeselect={false}
        data={goals.map((goal) => ({ value: goal, label: t(`outreach.goal.${goal}`) }))}
        value={draft.goal}
        onChange={(goal) => goal && change({ goal })}
      />
      <Select
        label={t('outreach.sequence.mailbox')}
        error={faults.mailbox}
        data={(mailboxes.data ?? []).map((one) => ({ value: one.id, label: one.email }))}
        value={draft.mailbox_id}
        onChange={(mailbox) => change({ mailbox_id: mailbox })}
      />
    </SimpleGrid>
  );
}
