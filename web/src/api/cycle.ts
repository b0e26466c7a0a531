import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './http';
import type { Deal, Money, Page, StageKey } from './model';

export interface CycleColumn {
  stage: StageKey;
  /** Open deals, counted. */
  count: number;
  /** Deals of this stage that wait with "not yet". */
  parked: number;
  sla_days: number;
  /** What the open deals are worth, one sum per currency. */
  values: (Money & { deals: number })[];
  cards: Card[];
  next_cursor: string | null;
}

export type SlaState = 'ok' | 'due' | 'breached';

/** A deal as the board shows it. */
export interface Card extends Deal {
  people: { person_id: string; name: string; roles: string[]; stance: number | null }[];
  next_action: { task_id: string; title: string; due_on: string | null } | null;
  days_in_stage: number;
  sla_state: SlaState;
}

function cyclePath(path: string, asked: Record<string, string | null | undefined>): string {
  const given = Object.entries(asked).filter((one): one is [string, string] => !!one[1]);
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

/** The seven columns with counts and the first page of cards each; of one owner's deals, or of all. */
export function cycleQuery(owner?: string) {
  return queryOptions({
    queryKey: ['/cycle', 'board', owner ?? ''],
    queryFn: async () => (await api.get<{ columns: CycleColumn[] }>(cyclePath('/cycle', { owner }))).columns,
  });
}

export function columnQuery(stage: StageKey, owner?: string) {
  return infiniteQueryOptions({
    queryKey: ['/cycle', 'column', stage, owner ?? ''],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Card>>(cyclePath(`/cycle/${stage}`, { owner, cursor: pageParam }), signal),
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
  /** Records that prove the urgency of `skip_urgent`. */
  evidence?: { kind: string; id: string }[];
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
  /** The moves that exist from here. */
  allowed: MoveKind[];
  may_force: boolean;
  sla_state: SlaState;
  revision: number;
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
    queryFn: () => api.get<Gate>(`/deals/${dealId}/gate`),
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
