import { MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { goals, mailboxesQuery } from '../outreach';
import { useFault } from './faults';
import type { Editing } from './useDraft';

/** Name, goal and mailbox of the sequence. */
export function SequenceHead({ draft, change }: Pick<Editing, 'draft' | 'change'>) {
  const { t } = useTranslation();
  const mailboxes = useQuery(mailboxesQuery);
  const faults = {
    name: useFault('name'),
    goal: useFault('goal'),
    mailbox: useFault('mailbox_id'),
    others: useFault('mailbox_ids'),
  };
  const others = (mailboxes.data ?? []).filter((one) => one.id !== draft.mailbox_id);
  return (
    <SimpleGrid cols={{ base: 1, sm: others.length > 0 ? 2 : 3 }} spacing="sm">
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
        onChange={(mailbox) =>
          change({ mailbox_id: mailbox, mailbox_ids: draft.mailbox_ids.filter((id) => id !== mailbox) })
        }
      />
      {others.length > 0 && (
        <MultiSelect
          label={t('outreach.sequence.mailboxes')}
          error={faults.others}
          data={others.map((one) => ({ value: one.id, label: one.email }))}
          value={draft.mailbox_ids}
          onChange={(ids) => change({ mailbox_ids: ids })}
        />
      )}
    </SimpleGrid>
  );
}
