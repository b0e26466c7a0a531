import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { Field } from '@/api/model';

export type Half = 'to_us' | 'to_them';
export type UnknownPolicy = 'neutral' | 'average' | 'zero';

export type Test =
  | { type: 'choice'; accepts: string[]; partial?: string[] }
  | { type: 'range'; from?: number | null; to?: number | null; soft_percent?: number }
  | { type: 'contains'; keywords: string[]; all?: boolean };

export type CriterionRole =
  | { type: 'weight'; half: Half; weight: number; unknown?: UnknownPolicy }
  | { type: 'exclusion' };

/** A field, what is asked of it, and what the answer does. */
export interface Criterion {
  field: string;
  test: Test;
  role: CriterionRole;
}

export interface IcpProfile {
  id: string;
  name: string;
  version: number;
  state: string;
  criteria: Criterion[];
  revision: number;
}

/** The half that no criterion belongs to: with one empty a profile cannot be published (R12). */
export function lackingHalf(criteria: Criterion[]): Half | undefined {
  const belongs = (half: Half) => criteria.some(({ role }) => role.type === 'weight' && role.half === half);
  return (['to_us', 'to_them'] as const).find((half) => !belongs(half));
}

export interface Spread {
  /** Companies per grade: A, B, C, D, `?` for not scored. */
  grades: Record<string, number>;
  excluded: number;
}

/** How the scores would spread by the criteria tried; `now` is how they spread today. */
export interface IcpPreview extends Spread {
  total: number;
  /** How many of them were looked at. */
  sampled: number;
  now: Spread;
  companies: { id: string; name: string; score: number | null; grade: string; was: string | null }[];
}

export const icpProfilesQuery = queryOptions({
  queryKey: ['/icp-profiles'],
  queryFn: () => api.get<IcpProfile[]>('/icp-profiles'),
});

export function icpProfileQuery(id: string) {
  return queryOptions({
    queryKey: ['/icp-profiles', id],
    queryFn: () => api.get<IcpProfile>(`/icp-profiles/${id}`),
  });
}

/** The test a field starts with, by the kind of its values. */
export function firstTest(kind: string): Test {
  if (kind === 'number' || kind === 'money') return { type: 'range', from: null, to: null, soft_percent: 25 };
  if (kind === 'choice' || kind === 'multi_choice') return { type: 'choice', accepts: [], partial: [] };
  return { type: 'contains', keywords: [], all: false };
}

/** Whether a criterion says enough to be tried; the ones still being written are left out of the preview. */
export function isWhole({ test }: Criterion): boolean {
  if (test.type === 'choice') return test.accepts.length > 0;
  if (test.type === 'contains') return test.keywords.length > 0;
  return typeof test.from === 'number' || typeof test.to === 'number';
}

/** A field a criterion may ask for. */
export interface ScorableField extends Pick<Field, 'key' | 'label' | 'kind' | 'options' | 'custom'> {
  /** Share of the companies of which it is known, 0 to 1. */
  known: number;
  /** The commonest values. */
  values: { value: string; count: number }[];
}

export function useScorableFields(): ScorableField[] {
  const { data } = useQuery({
    queryKey: ['/icp/fields'],
    queryFn: () => api.get<ScorableField[]>('/icp/fields'),
    staleTime: 60_000,
  });
  return data ?? noFields;
}
const noFields: ScorableField[] = [];
