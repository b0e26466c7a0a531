import { Alert, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/model';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { Acceptance } from './Acceptance';
import { Attempts } from './Attempts';
import { BuyerPage } from './BuyerPage';
import { planQuery } from './closing';
import { HandoverList } from './HandoverList';
import { Levers } from './Levers';
import { Loss } from './Loss';
import { OtherContactsList } from './OtherContactsList';
import { PlanForm } from './PlanForm';
import { Readiness } from './Readiness';
import { Summaries } from './Summaries';

/** The way to yes and what follows it, agreed by both sides. */
export function ClosingPlan({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const plan = useQuery(planQuery(deal.id));
  if (plan.isPending) return <Skeleton h={120} />;
  if (plan.isError) return <ProblemAlert error={plan.error} retry={() => plan.refetch()} />;
  const view = plan.data;
  const over = deal.status === 'lost' || deal.status === 'not_yet';
  return (
    <>
      {deal.status === 'won' && <HandoverList deal={deal} />}
      {deal.status === 'lost' && <Loss deal={deal} />}
      {over && <OtherContactsList deal={deal} />}
      {view.proposes && (
        <Alert variant="light" mb="sm" title={t('closing.ask_missing')}>
          {t('closing.silent', { count: view.silent_days })}
        </Alert>
      )}
      <Readiness items={view.readiness} />
      <Acceptance deal={deal} acceptance={view.plan?.acceptance ?? null} />
      <PlanForm key={view.plan?.updated_at ?? 'new'} deal={deal} view={view} />
      <Levers deal={deal} view={view} />
      <Attempts deal={deal} view={view} />
      <BuyerPage deal={deal} view={view} />
      <Summaries deal={deal} />
    </>
  );
}
