/** Decisions whether a deal fits, and what came of them. */
import { queryOptions } from '@tanstack/react-query';
import type { DealDecisions, FitPeriod, FitReport, FitRow } from '@/api/generated/model';
import { api } from '@/api/http';

export function decisionsQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'decisions', dealId],
    queryFn: ({ signal }) => api.get<DealDecisions>(`/deals/${dealId}/decisions`, signal),
  });
}

export const reportQuery = queryOptions({
  queryKey: ['/deals', 'fit-report'],
  queryFn: ({ signal }) => api.get<FitReport>('/qualification/report', signal),
});

/** The deals behind a number of a period. */
export const behindQuery = (period: FitPeriod, fits: boolean) =>
  queryOptions({
    queryKey: ['/deals', 'fit-report', period.from, fits],
    queryFn: ({ signal }) =>
      api.get<FitRow[]>(
        `/qualification/report/deals?${new URLSearchParams({ from: period.from, to: period.to, fits: String(fits) })}`,
        signal,
      ),
  });

export const misfits = ['need', 'budget', 'authority', 'timing', 'icp', 'other'] as const;
