import { ActionIcon, Button, Group, Kbd, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { useKeys } from '@/kit/useKeys';
import {
  type EnrichedKind,
  type Proposal,
  proposalsOf,
  type SaidValue,
  surestOf,
  useDecide,
  useTargetName,
} from './enrichment';
import classes from './enrichment.module.css';
import { TargetValue } from './TargetValue';

interface Props {
  kind: EnrichedKind;
  id: string;
  values: SaidValue[];
}

/** What sources say otherwise than the record does. One key accepts the first, one rejects it, one accepts all. */
export function Proposals({ kind, id, values }: Props) {
  const { t } = useTranslation();
  const decide = useDecide(kind, id);
  const proposals = proposalsOf(values);
  const first = proposals[0];
  const settle = (which: Proposal[], decision: 'accept' | 'reject') =>
    !decide.isPending && decide.mutate({ which, decision });
  const all = surestOf(proposals);
  useKeys(
    first
      ? {
          y: () => settle([first], 'accept'),
          x: () => settle([first], 'reject'),
          a: () => settle(all, 'accept'),
        }
      : {},
  );
  if (!first) return null;
  return (
    <div className={classes.proposals}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text size="xs" fw={600}>
          {t('enrichment.proposed', { count: proposals.length })}
        </Text>
        {proposals.length > 1 && (
          <Button
            size="compact-xs"
            variant="light"
            loading={decide.isPending}
            onClick={() => settle(all, 'accept')}
          >
            {t('enrichment.accept_all')}
          </Button>
        )}
      </Group>
      <ul className={classes.list}>
        {proposals.map((proposal) => (
          <li key={proposal.said[0]?.id} className={classes.proposal}>
            <ProposalLine
              kind={kind}
              proposal={proposal}
              onDecide={(decision) => settle([proposal], decision)}
            />
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed" visibleFrom="sm">
        <Kbd size="xs">y</Kbd> {t('enrichment.key.accept')} · <Kbd size="xs">x</Kbd>{' '}
        {t('enrichment.key.reject')}
        {' · '}
        <Kbd size="xs">a</Kbd> {t('enrichment.key.all')}
      </Text>
    </div>
  );
}

interface ProposalProps {
  kind: EnrichedKind;
  proposal: Proposal;
  onDecide: (decision: 'accept' | 'reject') => void;
}

function ProposalLine({ kind, proposal, onDecide }: ProposalProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useTargetName(kind)(proposal.field);
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
      <div className={classes.change}>
        <Text size="xs" c="dimmed">
          {name}
        </Text>
        <Text size="sm" component="div" className={classes.values}>
          <s className={classes.old}>
            <TargetValue kind={kind} field={proposal.field} value={proposal.current} />
          </s>
          <TargetValue kind={kind} field={proposal.field} value={proposal.value} />
        </Text>
        <Text size="xs" c="dimmed">
          {t('enrichment.from', {
            name: proposal.said.map((one) => one.provider_name).join(' + '),
            age: format.relative(proposal.said[0]?.fetched_at ?? ''),
          })}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <Tooltip label={t('enrichment.accept')}>
          <ActionIcon
            variant="light"
            aria-label={t('enrichment.accept_field', { field: name })}
            onClick={() => onDecide('accept')}
          >
            <IconCheck size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('enrichment.reject')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('enrichment.reject_field', { field: name })}
            onClick={() => onDecide('reject')}
          >
            <IconX size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}
