import { Badge, Button, Group, Select, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import type { IcpProfile } from './icp';
import { groupName, isTaken, type Learned, type Proposal, shownP } from './learn';
import classes from './learn.module.css';
import { useFactName } from './useFactName';

interface ProposalListProps {
  learned: Learned;
  profiles: IcpProfile[];
  /** The profile proposals are taken into. */
  into: IcpProfile | undefined;
  choose: (profile: string) => void;
}

/** What the deals propose, each with a button that takes it into a profile's working copy. */
export function ProposalList({ learned, profiles, into, choose }: ProposalListProps) {
  const { t } = useTranslation();
  const manager = useCan('manager');
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: async (proposal: Proposal) => {
      const now = await api.get<IcpProfile>(`/icp-profiles/${into?.id}`);
      const criteria = [...now.criteria, proposal.criterion];
      return api.patch<IcpProfile>(`/icp-profiles/${now.id}`, { criteria }, now.revision);
    },
    onSuccess: async (profile) => {
      await client.invalidateQueries({ queryKey: ['/icp-profiles'] });
      notifyDone(t('prospecting.learn.accepted', { profile: profile.name }));
    },
  });
  return (
    <Panel
      title={t('prospecting.learn.proposed')}
      lead={t('prospecting.learn.proposed_lead')}
      actions={
        manager && (
          <Select
            aria-label={t('prospecting.learn.into')}
            data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
            value={into?.id ?? null}
            allowDeselect={false}
            onChange={(id) => id && choose(id)}
          />
        )
      }
    >
      <ProblemAlert error={accept.error} />
      {learned.proposed.map((proposal) => (
        <div key={`${proposal.field} ${proposal.value}`} className={classes.proposal}>
          <Told proposal={proposal} />
          {manager && into && proposal.criterion && (
            <Button
              variant="light"
              loading={accept.isPending && accept.variables === proposal}
              disabled={isTaken(into.criteria, proposal.criterion)}
              onClick={() => accept.mutate(proposal)}
            >
              {isTaken(into.criteria, proposal.criterion)
                ? t('prospecting.learn.taken')
                : t('prospecting.learn.accept')}
            </Button>
          )}
        </div>
      ))}
    </Panel>
  );
}

function Told({ proposal }: { proposal: Proposal }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const factName = useFactName();
  const { interval, value_interval: worth } = proposal;
  return (
    <div>
      <Group gap="xs">
        <Text fw={600}>{`${factName(proposal.field)}: ${groupName(t, i18n.language, proposal)}`}</Text>
        <Badge
          variant="light"
          color={proposal.direction === 'for' ? 'teal' : 'orange'}
          c="var(--mantine-color-text)"
          tt="none"
        >
          {t(`prospecting.learn.direction.${proposal.direction}`)}
        </Badge>
      </Group>
      <Text c="dimmed">
        {t('prospecting.learn.told', {
          lift: format.number(proposal.lift),
          low: format.number(interval.low),
          high: format.number(interval.high),
          k: format.number(proposal.k),
          n: format.number(proposal.n),
          companies: format.number(proposal.companies),
          q: shownP(format, proposal.q),
          weight: proposal.weight,
        })}
      </Text>
      {typeof proposal.value_lift === 'number' && worth && (
        <Text c="dimmed">
          {t('prospecting.learn.worth', {
            lift: format.number(proposal.value_lift),
            low: format.number(worth.low),
            high: format.number(worth.high),
          })}
        </Text>
      )}
      {!proposal.criterion && <Text c="dimmed">{t('prospecting.learn.review_only')}</Text>}
    </div>
  );
}
