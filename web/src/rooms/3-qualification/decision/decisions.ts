/** Decisions whether a deal fits, and what came of them. */
import { queryOptions } from '@tanstack/react-query';
import type { DealDecisions, FitReport } from '@/api/generated/model';
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

export const misfits = ['need', 'budget', 'authority', 'timing', 'icp', 'other'] as const;
