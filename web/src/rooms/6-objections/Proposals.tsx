import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ObjectionProposal } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { type ObjectionKind, proposalsQuery } from './objections';

/** What their mails and questions may hold against us: a person takes or leaves each. */
export function Proposals({
  of,
  bare = false,
}: {
  of: { deal_id?: string; source_id?: string };
  bare?: boolean;
}) {
  const { t } = useTranslation();
  const proposals = useQuery(proposalsQuery(of)).data ?? [];
  if (proposals.length === 0) return null;
  const list = proposals.map((one) => <Proposal key={one.id} one={one} />);
  if (bare) return <Stack gap={4}>{list}</Stack>;
  return <RecordSection title={t('objections.proposed')}>{list}</RecordSection>;
}

function Proposal({ one }: { one: ObjectionProposal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const settle = useDealWrite((verdict: 'take' | 'leave') =>
    api.post(`/objection-proposals/${one.id}`, { verdict }),
  );
  return (
    <Stack gap={4} className={classes.line}>
      <Group gap="xs">
        <Badge variant="light" color="gray" tt="none">
          {t('objections.may_be', { kind: t(`offer.objection.kind.${one.kind as ObjectionKind}`) })}
        </Badge>
        <Text size="xs" c="dimmed">
          {[one.person_name, format.relative(one.at)].filter(Boolean).join(' · ')}
        </Text>
      </Group>
      <Text className={classes.quote}>{one.quote}</Text>
      {canWrite && (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="light"
            loading={settle.isPending}
            onClick={() => settle.mutate('take')}
          >
            {t('objections.take')}
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => settle.mutate('leave')}>
            {t('objections.leave')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
