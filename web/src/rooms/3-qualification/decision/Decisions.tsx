import { Alert, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FitDecision, ReopenProposal } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { DecideForm } from './DecideForm';
import { decisionsQuery } from './decisions';

/** What was decided about a deal, the next decision, and what speaks for opening it again. */
export function Decisions({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [deciding, decide] = useDisclosure(false);
  const found = useQuery(decisionsQuery(deal.id));
  const open = deal.status === 'open' || deal.status === 'not_yet';
  return (
    <RecordSection
      title={t('discovery.decision.title')}
      aside={
        canWrite &&
        open && (
          <Button size="compact-sm" variant="light" onClick={decide.toggle} aria-expanded={deciding}>
            {t('discovery.decision.decide')}
          </Button>
        )
      }
    >
      <ProblemAlert error={found.error} />
      {deciding && open && <DecideForm deal={deal} onDone={decide.close} />}
      {found.data?.proposals.map((one) => one.state === 'open' && <Proposal key={one.id} one={one} />)}
      {found.data?.decisions.map((one) => (
        <Line key={one.id} one={one} />
      ))}
      {found.data?.decisions.length === 0 && !deciding && (
        <Text c="dimmed">{t('discovery.decision.none')}</Text>
      )}
    </RecordSection>
  );
}

function Line({ one }: { one: FitDecision }) {
  const { t } = useTranslation();
  const format = useFormat();
  const told = [
    one.reason && textOr(t, `cycle.misfit.${one.reason}`, one.reason),
    one.told && t(`cycle.told.${one.told as 'yes'}`),
    one.recheck_on && t('discovery.decision.again', { day: format.date(one.recheck_on) }),
    one.note,
  ];
  return (
    <div className={classes.line}>
      <Text>
        {t(`discovery.decision.verdict.${one.verdict as 'qualified'}`)}{' '}
        <Text span size="xs" c="dimmed">
          {format.moment(one.at)}
        </Text>
      </Text>
      <Text size="xs" c="dimmed">
        {told.filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}

/** They answered the honest mail. */
function Proposal({ one }: { one: ReopenProposal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const settle = useDealWrite((verdict: 'accept' | 'dismiss') =>
    api.post(`/reopen-proposals/${one.id}`, { verdict }),
  );
  return (
    <Alert title={t('discovery.decision.answered')} mb="xs">
      <Text className={classes.quote}>{one.excerpt}</Text>
      {canWrite && (
        <Group gap="xs" mt="xs">
          <Button size="compact-sm" loading={settle.isPending} onClick={() => settle.mutate('accept')}>
            {t('discovery.decision.reopen')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => settle.mutate('dismiss')}>
            {t('discovery.decision.leave')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
