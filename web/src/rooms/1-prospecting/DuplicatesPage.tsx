import { Button, SegmentedControl, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeKind } from '@/kit/merge/compare';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useKeys } from '@/kit/useKeys';
import { DuplicateCase } from './DuplicateCase';
import { DuplicateQueue } from './DuplicateQueue';
import { DuplicatesHead } from './DuplicatesHead';
import { caseQuery, type DuplicatePair, overviewQuery, pairsQuery, type View, views } from './duplicates';
import classes from './duplicates.module.css';
import { NoDuplicates } from './NoDuplicates';
import { useChosen } from './useChosen';
import { useDecisions } from './useDecisions';

/** Records that may mean the same company or person: one pair after the other is decided, by keyboard alone if one likes. */
export function DuplicatesPage() {
  const { kind = 'company', view = 'open' } = useSearch({ from: '/app/duplicates' });
  return <Kind key={`${kind} ${view}`} kind={kind} view={view} />;
}

function Kind({ kind, view }: { kind: MergeKind; view: View }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(pairsQuery(kind, view));
  const overview = useQuery(overviewQuery);
  const decisions = useDecisions((pair) => choose(pair.id));
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const pairs = view === 'open' ? all.filter(decisions.waits) : all;
  const { at, choose, isChosen } = useChosen(pairs);
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const current = narrow && !isChosen ? undefined : pairs[at];
  const step = (by: number) => {
    const next = pairs[at + by];
    if (next) choose(next.id);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    u: () => void decisions.undoLast(),
    Escape: narrow && isChosen ? () => choose(null) : undefined,
  });
  useNextAhead(kind, pairs[at + 1]);
  return (
    <div className={classes.page}>
      {!(narrow && current) && <DuplicatesHead kind={kind} of={overview.data} />}
      <div className={classes.body}>
        {!(narrow && current) && (
          <section className={classes.queue} aria-label={t('prospecting.duplicates.queue')}>
            <ViewSwitch kind={kind} view={view} />
            <ProblemAlert error={list.error ?? overview.error} retry={() => list.refetch()} />
            {list.isPending && <Skeleton h={120} m="md" />}
            <DuplicateQueue
              kind={kind}
              pairs={pairs}
              chosen={narrow ? undefined : current?.id}
              onChoose={choose}
              more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
            />
            {view === 'open' && pairs.length > 0 && (
              <Text size="xs" c="dimmed" className={classes.keys} visibleFrom="sm">
                {t('prospecting.duplicates.keys')}
              </Text>
            )}
          </section>
        )}
        {current && (
          <section className={classes.case} aria-label={t('prospecting.duplicates.pair')}>
            <VisuallyHidden role="status">
              {t('prospecting.duplicates.place', { at: at + 1, of: pairs.length })}
            </VisuallyHidden>
            {narrow && <BackToAll onBack={() => choose(null)} />}
            <DuplicateCase
              key={current.id}
              kind={kind}
              pair={current}
              alone={narrow}
              decisions={decisions}
              onDecided={() => choose(current.id)}
            />
          </section>
        )}
        {list.isSuccess && pairs.length === 0 && (
          <NoDuplicates kind={kind} view={view} of={overview.data?.find((one) => one.kind === kind)} />
        )}
      </div>
    </div>
  );
}

/** The next pair is read while the one in hand is looked at. */
function useNextAhead(kind: MergeKind, next: DuplicatePair | undefined) {
  const client = useQueryClient();
  const id = next?.id;
  useEffect(() => {
    if (id) void client.prefetchQuery(caseQuery(kind, id));
  }, [client, kind, id]);
}

function ViewSwitch({ kind, view }: { kind: MergeKind; view: View }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <SegmentedControl
      fullWidth
      m="sm"
      size="xs"
      aria-label={t('prospecting.duplicates.show')}
      data={views.map((one) => ({ value: one, label: t(`prospecting.duplicates.view.${one}`) }))}
      value={view}
      onChange={(next) => navigate({ to: '/duplicates', search: { kind, view: next as View } })}
    />
  );
}

function BackToAll({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={<IconArrowLeft size={14} />}
      onClick={onBack}
    >
      {t('prospecting.duplicates.back')}
    </Button>
  );
}
