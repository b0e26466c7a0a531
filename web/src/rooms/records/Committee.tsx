import { ActionIcon, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee, useCommitteeWrite, useUnproven } from '@/api/committee';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { Member } from './Member';

/** Who takes part in the decision on their side, in which roles, and how they stand to us. */
export function Committee({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [adding, setAdding] = useState(false);
  const people = useCommittee(deal.id);
  const unproven = useUnproven(deal.id);
  const { place, remove } = useCommitteeWrite(deal.id);
  const add = canWrite && (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      onClick={() => setAdding(!adding)}
      aria-label={t('qualification.committee.add')}
    >
      <IconPlus size={14} />
    </ActionIcon>
  );
  return (
    <RecordSection title={t('qualification.committee.title')} aside={add}>
      <ProblemAlert error={people.error} retry={people.refetch} />
      {adding && (
        <ReferenceInput
          kind="person"
          aria-label={t('qualification.committee.add')}
          autoFocus
          companyId={deal.company_id}
          value={null}
          onChange={(id) => {
            setAdding(false);
            if (id) place.mutate({ id, changes: {} });
          }}
        />
      )}
      {people.data?.length === 0 && !adding && (
        <Text size="xs" c="dimmed">
          {t('qualification.committee.empty')}
        </Text>
      )}
      {people.data?.map((member) => (
        <Member
          key={member.person_id}
          member={member}
          canWrite={canWrite}
          unproven={unproven.includes(member.person_id)}
          onChange={(changes) => place.mutate({ id: member.person_id, changes })}
          onRemove={() => remove.mutate(member.person_id)}
        />
      ))}
    </RecordSection>
  );
}
