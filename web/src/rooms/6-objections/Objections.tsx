import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Objection } from '@/api/generated/model';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { Expected } from './Expected';
import { LogForm } from './LogForm';
import { ObjectionFlow } from './ObjectionFlow';
import { objectionsQuery, settledStates } from './objections';
import { Proposals } from './Proposals';
import { Understand } from './Understand';

/** What they hold against it. Acknowledge, ask, listen, answer, and ask whether it is settled. */
export function Objections({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const objections = useQuery(objectionsQuery(deal.id));
  const all = [...(objections.data ?? [])].sort(
    (a, b) => Number(settledStates.includes(a.state)) - Number(settledStates.includes(b.state)),
  );
  return (
    <>
      <Proposals of={{ deal_id: deal.id }} />
      <RecordSection title={t('offer.objection.title')}>
        <ProblemAlert error={objections.error} />
        {canWrite && <LogForm path={`/deals/${deal.id}/objections`} dealId={deal.id} />}
        {objections.data?.length === 0 && <Text c="dimmed">{t('offer.objection.empty')}</Text>}
        {all.map((objection) => (
          <One key={objection.id} deal={deal} objection={objection} all={all} />
        ))}
      </RecordSection>
      <Expected dealId={deal.id} />
    </>
  );
}

function One({ deal, objection, all }: { deal: Deal; objection: Objection; all: Objection[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const settled = settledStates.includes(objection.state);
  const color = objection.state === 'confirmed' ? 'green' : settled ? 'gray' : undefined;
  return (
    <Stack gap="xs" className={classes.line}>
      <Group gap="xs">
        <Badge variant="light" color="gray" tt="none">
          {t(`offer.objection.kind.${objection.stated_kind}`)}
        </Badge>
        {objection.real_kind && (
          <Badge variant="outline" color="gray" tt="none">
            {t('objections.behind', { kind: t(`offer.objection.kind.${objection.real_kind}`) })}
          </Badge>
        )}
        <Badge variant="light" tt="none" color={color}>
          {t(`offer.objection.state.${objection.state}`)}
        </Badge>
        {objection.times > 1 && (
          <Badge variant="light" tt="none" color="orange">
            {t('objections.times', { count: objection.times })}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {format.relative(objection.raised_at)}
        </Text>
      </Group>
      <Text className={classes.quote}>{objection.stated}</Text>
      {!settled && <Understand objection={objection} all={all} />}
      <ObjectionFlow deal={deal} objection={objection} />
    </Stack>
  );
}
