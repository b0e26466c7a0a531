import { queryOptions } from '@tanstack/react-query';
import type {
  EarlyReport,
  Forecast,
  Guide,
  KindView,
  Objection,
  ObjectionLine,
  ObjectionProposal,
  ObjectionResponse,
} from '@/api/generated/model';
import { api } from '@/api/http';

export const objectionKinds = [
  'price_value',
  'risk',
  'content',
  'contract',
  'timing',
  'authority',
  'competitor',
  'hidden',
] as const;
export type ObjectionKind = (typeof objectionKinds)[number];

export const settledStates: readonly Objection['state'][] = ['confirmed', 'accepted_risk', 'withdrawn'];

export const objectionsQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'objections', deal],
    queryFn: () => api.get<Objection[]>(`/deals/${deal}/objections`),
  });

export const guideQuery = (objection: Objection) =>
  queryOptions({
    queryKey: ['/deals', 'objection-guide', objection.id, objection.real_kind, objection.stated_kind],
    queryFn: () => api.get<Guide>(`/deals/${objection.deal_id}/objections/${objection.id}/guide`),
  });

export const openObjectionsQuery = queryOptions({
  queryKey: ['/deals', 'all-objections'],
  queryFn: () => api.get<ObjectionLine[]>('/objections'),
});

export const kindsQuery = queryOptions({
  queryKey: ['/objection-kinds'],
  queryFn: () => api.get<KindView[]>('/objection-kinds'),
});

export const responsesQuery = queryOptions({
  queryKey: ['/objection-responses'],
  queryFn: () => api.get<ObjectionResponse[]>('/objection-responses'),
});

/** What a deal, or a mail, may hold against us. */
export const proposalsQuery = (of: { deal_id?: string; source_id?: string }) =>
  queryOptions({
    queryKey: ['/deals', 'objection-proposals', of],
    queryFn: () => api.get<ObjectionProposal[]>(`/objection-proposals?${new URLSearchParams(of)}`),
  });

export const forecastQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'expected-objections', deal],
    queryFn: () => api.get<Forecast>(`/deals/${deal}/expected-objections`),
  });

export const reportQuery = queryOptions({
  queryKey: ['/deals', 'objection-report'],
  queryFn: () => api.get<EarlyReport>('/objection-report'),
});

export const steps = ['acknowledge', 'ask', 'listen', 'answer', 'confirm'] as const;
export type StepKey = (typeof steps)[number];

type Standing = Pick<Objection, 'state' | 'acknowledged' | 'questions' | 'raised_at' | 'questions_skipped'>;

/** Questions since it was last raised: what they said before is no answer now. */
function asked(one: Standing) {
  return one.questions.filter((question) => question.at >= one.raised_at);
}

/** The step an objection waits for; nothing once it is settled. */
export function stepOf(one: Standing): StepKey | null {
  if (settledStates.includes(one.state)) return null;
  if (one.state === 'answered') return 'confirm';
  const questions = asked(one);
  if (questions.some((question) => question.answer)) return 'answer';
  if (questions.length > 0) return 'listen';
  return one.acknowledged ? 'ask' : 'acknowledge';
}

/** Who is taken to have said that it is settled: whom one chose, else who raised it, else the only one there is. */
export function confirmer(
  people: readonly { person_id: string }[],
  raisedBy: string | null | undefined,
  chosen: string | null,
): string | null {
  const there = (id: string | null | undefined) => people.some((one) => one.person_id === id);
  if (there(chosen)) return chosen;
  if (raisedBy && there(raisedBy)) return raisedBy;
  return people.length === 1 ? (people[0]?.person_id ?? null) : null;
}
