/** Pairs of records that may be one: what the server says of them, and how it is worded. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { DuplicateOverview as Overview, DuplicatePair as Pair } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Job, Page, RecordBase } from '@/api/model';
import { type MergeKind, otherSide, type Preview, type Side } from '@/kit/merge/compare';
import { previewQuery } from '@/kit/merge/queries';

/** What one field says for or against, in bits: +1 doubles the odds that two are one, −1 halves them. */
export interface Evidence {
  field: string;
  level: string;
  bits: number;
}

export type DuplicatePair = Omit<Pair, 'evidence'> & { evidence: Evidence[] };
export type DuplicateOverview = Omit<Overview, 'search' | 'kind'> & { kind: MergeKind; search: Job | null };

export const views = ['open', 'decided'] as const;
export type View = (typeof views)[number];
export const kinds: readonly MergeKind[] = ['company', 'person'];

export function underWay(job: Job | null | undefined): boolean {
  return job?.state === 'queued' || job?.state === 'running';
}

export const overviewQuery = queryOptions({
  queryKey: ['/duplicates', 'overview'],
  queryFn: () => api.get<DuplicateOverview[]>('/duplicates'),
  refetchInterval: (query) => (query.state.data?.some((one) => underWay(one.search)) ? 1000 : false),
});

const asked: Record<View, string> = {
  open: 'where=state.eq.open',
  decided: 'where=state.in.merged,rejected&sort=-decided_at',
};

/** The surest of the open pairs first; of the decided ones the latest. */
export function pairsQuery(kind: MergeKind, view: View) {
  return infiniteQueryOptions({
    queryKey: ['/duplicates', kind, view],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
      return api.get<Page<DuplicatePair>>(`/duplicates/${kind}?${asked[view]}${cursor}`, signal);
    },
    getNextPageParam: (last) => last.next_cursor,
  });
}

export interface DuplicateCase {
  pair: DuplicatePair;
  records: Record<Side, RecordBase>;
  keep: Side;
  preview: Preview;
}

interface CaseAnswer extends Preview {
  pair: DuplicatePair;
  a: RecordBase;
  b: RecordBase;
  keep: string;
}

/** A pair with both records, and what the merge into the better one would make. */
export function caseQuery(kind: MergeKind, id: string) {
  return queryOptions({
    queryKey: ['/duplicates', 'case', id],
    queryFn: async ({ client }): Promise<DuplicateCase> => {
      const { pair, a, b, keep: kept, ...preview } = await api.get<CaseAnswer>(`/duplicates/pairs/${id}`);
      const keep: Side = kept === b.id ? 'b' : 'a';
      const records = { a, b };
      client.setQueryData(
        previewQuery(kind, records[keep].id, records[otherSide(keep)].id).queryKey,
        preview,
      );
      return { pair, records, keep, preview };
    },
  });
}

/** What is shown of a probability: cut, never rounded up, since nobody is ever quite sure. */
export function shownScore(score: number): { share: number; digits: 0 | 1 } {
  if (score < 0.99) return { share: Math.floor(score * 100) / 100, digits: 0 };
  return { share: Math.min(Math.floor(score * 1000) / 1000, 0.999), digits: 1 };
}

/** The text of a field of the evidence. The name of a company is its name there, and the employer of a person. */
export function fieldKey(kind: MergeKind, field: string): string {
  const word = kind === 'company' && field === 'company' ? 'company_name' : field;
  return `prospecting.evidence.field.${word}`;
}

/** The reason that weighs most for two being one. */
export function strongest(evidence: readonly Evidence[]): Evidence | undefined {
  const [first, ...others] = evidence.filter((one) => one.bits > 0);
  return first && others.reduce((best, one) => (one.bits > best.bits ? one : best), first);
}

/** The word for what was decided. */
export function stateKey(state: string) {
  return state === 'merged' ? 'prospecting.duplicates.state.merged' : 'prospecting.duplicates.state.rejected';
}

/** Scores from which a workspace may merge without anybody looking. */
export const thresholds = [0.9, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 1];
