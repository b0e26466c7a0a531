import { Alert, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { DriftPanel } from './DriftPanel';
import { icpProfilesQuery } from './icp';
import { LiftTable } from './LiftTable';
import { type Learned, learnQuery } from './learn';
import { NothingFound } from './NothingFound';
import { ProposalList } from './ProposalList';
import { RefusedList } from './RefusedList';
import { useFactName } from './useFactName';

/** What the deals won and lost so far say of the customers worth looking for. */
export function LearnPage() {
  const { t } = useTranslation();
  const profiles = useQuery(icpProfilesQuery);
  const [chosen, setChosen] = useState<string>();
  const into = profiles.data?.find(({ id }) => id === chosen) ?? profiles.data?.[0];
  const learned = useQuery({ ...learnQuery(into?.id), enabled: profiles.isSuccess });
  return (
    <Page
      wide
      back={
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'icp' }}>
          {t('stage.prospecting.name')}
        </Link>
      }
      title={t('prospecting.learn.title')}
      lead={t('prospecting.learn.lead')}
    >
      <ProblemAlert error={profiles.error ?? learned.error} retry={() => learned.refetch()} />
      {learned.isPending && <Skeleton h={300} />}
      {learned.data && (
        <>
          <Counted learned={learned.data} />
          <Contradicted learned={learned.data} />
          {learned.data.reason_code ? (
            <NothingFound learned={learned.data} />
          ) : (
            <ProposalList
              learned={learned.data}
              profiles={profiles.data ?? []}
              into={into}
              choose={setChosen}
            />
          )}
          {learned.data.tests.length > 0 && <LiftTable findings={learned.data.tests} />}
          {learned.data.drift && <DriftPanel drift={learned.data.drift} />}
          {learned.data.refused.length > 0 && <RefusedList refused={learned.data.refused} />}
        </>
      )}
    </Page>
  );
}

function Counted({ learned }: { learned: Learned }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (learned.rate === null || learned.rate === undefined) return null;
  return (
    <Text>
      {t('prospecting.learn.counted', {
        won: format.number(learned.won),
        decided: format.number(learned.decided),
        rate: format.percent(learned.rate),
        companies: format.number(learned.companies),
      })}
      {(learned.company_effect?.inflation ?? 1) > 1 && ` ${t('prospecting.learn.companies_differ')}`}
    </Text>
  );
}

/** Criteria of weight that the deals speak against. */
function Contradicted({ learned }: { learned: Learned }) {
  const { t } = useTranslation();
  const format = useFormat();
  const factName = useFactName();
  if (learned.contradicted.length === 0) return null;
  return (
    <Panel title={t('prospecting.learn.contradicted')} lead={t('prospecting.learn.contradicted_lead')}>
      {learned.contradicted.map((one) => (
        <Alert key={one.criterion} color="orange" mt="xs">
          {t('prospecting.learn.contradicted_line', {
            number: one.criterion + 1,
            field: factName(one.field),
            k: format.number(one.k),
            n: format.number(one.n),
            lift: format.number(one.lift),
          })}
        </Alert>
      ))}
    </Panel>
  );
}
