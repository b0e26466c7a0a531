import { queryOptions } from '@tanstack/react-query';
import type {
  CloseView,
  ClosingView,
  DatedFact,
  Handover,
  LossView,
  NewPlan,
  OtherContacts,
  ClosingPlan as Plan,
  SummaryDraft,
} from '@/api/generated/model';
import { api } from '@/api/http';
import type { StageKey } from '@/api/model';

export type Side = 'us' | 'them';

export const planQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'closing-plan', deal],
    queryFn: () => api.get<ClosingView>(`/deals/${deal}/closing-plan`),
  });

export const closeKindsQuery = queryOptions({
  queryKey: ['/close-kinds'],
  queryFn: () => api.get<CloseView[]>('/close-kinds'),
  staleTime: Number.POSITIVE_INFINITY,
});

export const factsQuery = queryOptions({
  queryKey: ['/closing-facts'],
  queryFn: () => api.get<DatedFact[]>('/closing-facts'),
});

export const summaryQuery = (deal: string, meeting: string) =>
  queryOptions({
    queryKey: ['/deals', 'meeting-summary', deal, meeting],
    queryFn: () => api.get<SummaryDraft>(`/deals/${deal}/meetings/${meeting}/summary`),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const handoverQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'handover', deal],
    queryFn: () => api.get<Handover>(`/deals/${deal}/handover`),
  });

export const lossQuery = (deal: string, person: string | null) =>
  queryOptions({
    queryKey: ['/deals', 'loss', deal, person],
    queryFn: () => api.get<LossView>(`/deals/${deal}/loss${person ? `?person_id=${person}` : ''}`),
  });

export const contactsQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'other-contacts', deal],
    queryFn: () => api.get<OtherContacts>(`/deals/${deal}/other-contacts`),
  });

/** The room that mends what readiness lacks. */
export const roomOf: Record<string, StageKey> = {
  fits_profile: 'prospecting',
  bant_qualified: 'qualification',
  value_shown: 'nurturing',
  decision_maker_reached: 'offer',
  offer_current: 'offer',
  no_open_objection: 'objections',
};

/** What a plan is changed from: all of it, for it is kept whole. */
export function bodyOf(plan: Plan | null | undefined): NewPlan & { seen_at?: string } {
  if (!plan) return {};
  const { id: _, acceptance: _a, reminders: _r, updated_at, ...rest } = plan;
  return { ...rest, seen_at: updated_at };
}
