import { ActionIcon, Group, MultiSelect, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { ReferenceInput } from '@/kit/fields/ReferenceInput';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from './records.module.css';

export interface CommitteeMember {
  person_id: string;
  name: string;
  title: string | null;
  email: string | null;
  roles: string[];
  stance: number | null;
  evidence: string | null;
}

const committeeRoles = [
  'economic_buyer',
  'decision_maker',
  'approver',
  'champion',
  'influencer',
  'user',
  'technical',
  'legal',
  'procurement',
  'assistant',
  'blocker',
  'former',
] as const;
const stances = ['2', '1', '0', '-1', '-2'] as const;

export function useCommittee(dealId: string) {
  return useQuery({
    queryKey: ['/deals', 'people', dealId],
    queryFn: () => api.get<CommitteeMember[]>(`/deals/${dealId}/people`),
  });
}

/** Who takes part in the decision on their side, in which roles, and how they stand to us. */
export function Committee({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const [adding, setAdding] = useState(false);
  const { data: people } = useCommittee(deal.id);
  const after = () => client.invalidateQueries({ queryKey: ['/deals'] });
  const place = useMutation({
    mutationFn: ({
      id,
      ...place
    }: {
      id: string;
      roles: string[];
      stance: number | null;
      evidence?: string | null;
    }) => api.put(`/deals/${deal.id}/people/${id}`, place),
    onSettled: after,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/deals/${deal.id}/people/${id}`),
    onSettled: after,
  });
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
      {adding && (
        <ReferenceInput
          kind="person"
          aria-label={t('qualification.committee.add')}
          autoFocus
          companyId={deal.company_id}
          value={null}
          onChange={(id) => {
            setAdding(false);
            if (id) place.mutate({ id, roles: [], stance: null });
          }}
        />
      )}
      {people?.length === 0 && !adding && (
        <Text size="xs" c="dimmed">
          {t('qualification.committee.empty')}
        </Text>
      )}
      {people?.map((member) => (
        <Stack key={member.person_id} gap={4} className={classes.member}>
          <Group justify="space-between" wrap="nowrap" gap={4}>
            <Link
              to="/people/$id"
              params={{ id: member.person_id }}
              search={{}}
              className={classes.memberName}
            >
              {member.name}
            </Link>
            {canWrite && (
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                onClick={() => remove.mutate(member.person_id)}
                aria-label={`${t('kit.remove')}: ${member.name}`}
              >
                <IconX size={12} />
              </ActionIcon>
            )}
          </Group>
          <MultiSelect
            size="xs"
            disabled={!canWrite}
            aria-label={t('qualification.committee.roles', { name: member.name })}
            placeholder={member.roles.length === 0 ? t('qualification.committee.role') : undefined}
            data={committeeRoles.map((role) => ({ value: role, label: t(`qualification.role.${role}`) }))}
            value={member.roles}
            onChange={(roles) =>
              place.mutate({ id: member.person_id, roles, stance: member.stance, evidence: member.evidence })
            }
          />
          <Select
            size="xs"
            disabled={!canWrite}
            clearable
            aria-label={t('qualification.committee.stance_of', { name: member.name })}
            placeholder={t('qualification.committee.stance')}
            data={stances.map((one) => ({ value: one, label: t(`qualification.stance.${one}`) }))}
            value={member.stance === null ? null : String(member.stance)}
            onChange={(stance) =>
              place.mutate({
                id: member.person_id,
                roles: member.roles,
                stance: stance === null ? null : Number(stance),
                evidence: member.evidence,
              })
            }
          />
        </Stack>
      ))}
    </RecordSection>
  );
}
