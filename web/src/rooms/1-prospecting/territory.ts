import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { Job } from '@/api/model';
import { type Condition, conditionText, readCondition } from '@/api/records';
import { operators } from '@/kit/list/useListState';

export const methods = ['owner', 'round_robin', 'capacity_weighted'] as const;
export type Method = (typeof methods)[number];

export interface Seat {
  user_id: string;
  capacity: number | null;
}

/** What a territory is: a rule, what for, and whose the companies become. */
export interface Definition {
  name: string;
  purpose: string;
  rule: { where: string[]; q?: string };
  owner_id: string;
  method: Method;
  members: Seat[];
}

export interface Territory extends Definition {
  id: string;
  position: number;
  revision: number;
}

export interface Share {
  companies: number;
  scored: number;
  score_sum: number;
  good_fit: number;
  potential_minor: number;
  potential_known: number;
  open_deals: number;
  open_tasks: number;
}

export interface PersonBalance {
  user_id: string | null;
  before: Share;
  after: Share;
}

export interface Evenness {
  companies: number | null;
  good_fit: number | null;
  potential: number | null;
  workload: number | null;
}

export interface Overlap {
  first: string;
  second: string;
  companies: number;
  before: number;
}

export interface TerritoryPreview {
  companies: number;
  moves: number;
  kept_for_deals: number;
  unassigned: number;
  flows: { from: string | null; to: string; companies: number }[];
  territories: {
    id: string;
    name: string;
    matched: number;
    first: number;
    unassigned: number;
    unassigned_because: 'full' | 'no_members' | null;
  }[];
  overlaps: Overlap[];
  people: PersonBalance[];
  evenness_before: Evenness;
  evenness_after: Evenness;
  currency: string;
}

export interface Choices {
  keep_open_deals: boolean;
  deal_anew: boolean;
}

export const firstChoices: Choices = { keep_open_deals: true, deal_anew: false };

export interface TerritoryRun {
  id: string;
  planned: number;
  moved: number;
  left_alone: number;
  state: Job['state'];
  started_at: string;
  undo_job_id: string | null;
  undone: number;
}

export const territoriesQuery = queryOptions({
  queryKey: ['/territories'],
  queryFn: () => api.get<Territory[]>('/territories'),
});

export const runsQuery = queryOptions({
  queryKey: ['/territories', 'runs'],
  queryFn: () => api.get<TerritoryRun[]>('/territories/runs'),
});

export interface PreviewRequest {
  id?: string;
  territory?: Definition;
  choices: Choices;
}

export function previewQuery(request: PreviewRequest) {
  return queryOptions({
    queryKey: ['/territories', 'preview', request],
    queryFn: () => api.post<TerritoryPreview>('/territories/preview', request),
    retry: false,
  });
}

/** Whether enough is said to look ahead. */
export function isWhole({ name, purpose, owner_id, method, members }: Definition): boolean {
  if (!name.trim() || !purpose.trim() || !owner_id) return false;
  if (method === 'owner') return true;
  if (members.length === 0) return false;
  return method !== 'capacity_weighted' || members.every(({ capacity }) => capacity !== null);
}

export function conditionsOf(rule: Definition['rule']): Condition[] {
  return rule.where
    .map((text) => readCondition(text, operators))
    .filter((one): one is Condition => one !== null);
}

/** The rule of conditions; one that is still being written is not part of it. */
export function ruleOf(conditions: Condition[]): Definition['rule'] {
  const whole = conditions.filter(({ op, value }) => value !== '' || op === 'empty' || op === 'filled');
  return { where: whole.map(conditionText) };
}

export const measures = ['companies', 'good_fit', 'potential', 'workload'] as const;
export type Measure = (typeof measures)[number];

export function measured(share: Share, measure: Measure): number {
  if (measure === 'potential') return share.potential_minor;
  if (measure === 'workload') return share.open_deals + share.open_tasks;
  return share[measure];
}

/** Mean fit of what is scored; null when nothing is. */
export function meanFit({ scored, score_sum }: Share): number | null {
  return scored === 0 ? null : score_sum / scored;
}

/** The longest bar: the most anybody has, before or after. At least 1, so that a bar of nothing is empty. */
export function longest(people: PersonBalance[], measure: Measure): number {
  const all = people.flatMap(({ before, after }) => [measured(before, measure), measured(after, measure)]);
  return Math.max(1, ...all);
}

/** Those who own something before or after. */
export function concerned(people: PersonBalance[]): PersonBalance[] {
  return people.filter(({ before, after }) => before.companies > 0 || after.companies > 0);
}

/** Overlaps that grew, and the others. */
export function grown(overlaps: Overlap[]): Overlap[] {
  return overlaps.filter(({ companies, before }) => companies > before);
}

/** The order with one place changed by `step`; unchanged at either end. */
export function shifted<T>(all: T[], index: number, step: -1 | 1): T[] {
  const other = index + step;
  const [one, two] = [all[index], all[other]];
  if (one === undefined || two === undefined) return all;
  return all.map((item, i) => (i === index ? two : i === other ? one : item));
}
