import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { EvidenceKind } from './bant';
import { api } from './http';
import type { Company } from './model';

/** The five things worth knowing before the first word. */
export const researchKinds = [
  'what_they_do',
  'trigger',
  'likely_challenge',
  'likely_buyer',
  'current_solution',
] as const;
export type ResearchKind = (typeof researchKinds)[number];

/** Where an answer is known from. */
export interface KnownFrom {
  answer_id: string;
  by: string | null;
  at: string;
  kind: EvidenceKind;
  confidence: number;
  url: string | null;
  quote: string | null;
}

export interface Question {
  /** `item.trigger`, or the key of a field. */
  key: string;
  kind: 'item' | 'field';
  scored: boolean;
  answered: boolean;
  /** Of an item `{ text, source }`. */
  value: unknown;
  known: KnownFrom | null;
}

export interface DeskDeal {
  id: string;
  stage: string;
  status: string;
  owner_id: string | null;
  missing: string[];
}

export interface Standing {
  state: 'open' | 'done' | 'later' | 'unfit';
  reason: string | null;
  wake_at: string | null;
  held_by: string | null;
  held_until: string | null;
  decided_by: string | null;
}

/** A company on the desk of whoever researches it. */
export interface Desk {
  company: Company;
  deal: DeskDeal | null;
  questions: Question[];
  sourced: number;
  needed: number;
  complete: boolean;
  standing: Standing;
  last_answer: string | null;
}

export interface Counted {
  count: number;
  capped: boolean;
}

export interface Waiting {
  to_research: Counted;
  needs_people: Counted;
  held: string | null;
}

export interface NewAnswer {
  question: string;
  value: unknown;
  kind?: EvidenceKind;
  url?: string | null;
  quote?: string | null;
}

export const waitingQuery = queryOptions({
  queryKey: ['/research-queue'],
  queryFn: () => api.get<Waiting>('/research-queue'),
});

const deskKey = (company: string) => ['/companies', 'research', company];

export function deskQuery(company: string) {
  return queryOptions({
    queryKey: deskKey(company),
    queryFn: () => api.get<Desk>(`/companies/${company}/research`),
  });
}

/** Writes to a company's desk; what the server answers is the desk as it is then. */
export function useDeskWrite<V>(company: string, send: (values: V) => Promise<Desk>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (desk) => {
      client.setQueryData(deskKey(company), desk);
      for (const key of ['/companies', '/deals', '/cycle', '/research-queue']) {
        void client.invalidateQueries({
          queryKey: [key],
          predicate: (query) => query.queryKey[1] !== 'research' || query.queryKey[2] !== company,
        });
      }
    },
  });
}

export function answer(company: string, sent: NewAnswer): Promise<Desk> {
  return api.post<Desk>(`/companies/${company}/research/answers`, sent);
}
