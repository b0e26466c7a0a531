import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './http';
import type { Deal, Money, Page, StageKey } from './model';

export interface CycleColumn {
  stage: StageKey;
  count: number;
  cards: Deal[];
  next_cursor: string | null;
  [key: string]: unknown;
}

/** The seven columns with counts and the first page of cards each. */
export const cycleQuery = queryOptions({
  queryKey: ['/cycle', 'board'],
  queryFn: async () => {
    const answer = await api.get<CycleColumn[] | { columns: CycleColumn[] }>('/cycle');
    return Array.isArray(answer) ? answer : answer.columns;
  },
});

export function columnQuery(stage: StageKey) {
  return infiniteQueryOptions({
    queryKey: ['/cycle', 'column', stage],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : '';
      const answer = await api.get<Page<Deal> & { cards?: Deal[] }>(`/cycle/${stage}${cursor}`, signal);
      return { items: answer.items ?? answer.cards ?? [], next_cursor: answer.next_cursor };
    },
    getNextPageParam: (last) => last.next_cursor,
  });
}

export type MoveKind =
  | 'advance'
  | 'advance_forced'
  | 'skip'
  | 'skip_urgent'
  | 'skip_no_objection'
  | 'back'
  | 'park'
  | 'wake'
  | 'lose'
  | 'disqualify'
  | 'win'
  | 'reopen';

/** Only `kind` is always needed; each kind says what else. */
export interface MoveRequest {
  kind: MoveKind;
  to?: StageKey;
  reason?: string;
  reasons?: Record<string, string>;
  cause?: string;
  wake_on?: string;
  track?: string;
  competitor?: string;
  note?: string;
  told?: 'yes' | 'no' | 'mail';
  amount?: Money;
  start_date?: string;
  no_start_date?: string;
}

/** A criterion of a gate, judged. */
export interface Check {
  key: string;
  verdict: 'met' | 'unmet' | 'unknown';
  have?: number;
  need?: number;
  lacking?: string[];
}

export interface Gate {
  stage: StageKey;
  checks: Check[];
  allowed: MoveKind[];
}

export interface NextStep {
  key: string;
  criterion: Check | null;
  room: StageKey;
  move: MoveKind | null;
}

export function gateQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'gate', dealId],
    queryFn: async () => {
      const answer = await api.get<Gate & { gate?: Check[] }>(`/deals/${dealId}/gate`);
      return { ...answer, checks: answer.checks ?? answer.gate ?? [] };
    },
  });
}

export function nextStepQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'next-step', dealId],
    queryFn: () => api.get<NextStep | null>(`/deals/${dealId}/next-step`),
  });
}

export function move(deal: Deal, request: MoveRequest) {
  return api.post<unknown>(`/deals/${deal.id}/move`, { ...request, revision: deal.revision });
}

export function undoMove(dealId: string) {
  return api.post<unknown>(`/deals/${dealId}/move/undo`);
}
