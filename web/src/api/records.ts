/** Companies, people and deals share one shape of API; so do these queries. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { api } from './http';
import type { Field, Kind, Page, RecordBase, SavedView, TimelineEntry } from './model';

export const paths = { company: '/companies', person: '/people', deal: '/deals' } as const satisfies Record<
  Kind,
  string
>;

/** The page of one record, as the router names it. */
export const recordRoutes = {
  company: '/companies/$id',
  person: '/people/$id',
  deal: '/deals/$id',
} as const satisfies Record<Kind, string>;

export interface Condition {
  field: string;
  op: string;
  value: string;
}

export interface ListQuery {
  where: string[];
  q: string;
  sort: string;
}

export function conditionText(condition: Condition): string {
  const { field, op, value } = condition;
  return value === '' ? `${field}.${op}` : `${field}.${op}.${value}`;
}

/** `custom.crm.eq.none` has a field with a dot: the operator is the first part that is one. */
export function readCondition(text: string, operators: readonly string[]): Condition | null {
  const parts = text.split('.');
  const at = parts.findIndex((part, i) => i > 0 && operators.includes(part));
  if (at < 1) return null;
  return {
    field: parts.slice(0, at).join('.'),
    op: parts[at] ?? '',
    value: parts.slice(at + 1).join('.'),
  };
}

export function listParams(query: ListQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const condition of query.where) params.append('where', condition);
  if (query.q) params.set('q', query.q);
  if (query.sort) params.set('sort', query.sort);
  return params;
}

const pageSize = 50;

export function listQuery<T extends RecordBase>(kind: Kind, query: ListQuery) {
  return infiniteQueryOptions({
    queryKey: [paths[kind], 'list', query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const params = listParams(query);
      params.set('limit', String(pageSize));
      if (pageParam) params.set('cursor', pageParam);
      return api.get<Page<T>>(`${paths[kind]}?${params}`, signal);
    },
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function countQuery(kind: Kind, query: ListQuery) {
  return queryOptions({
    queryKey: [paths[kind], 'count', query],
    queryFn: ({ signal }) =>
      api.get<{ count: number; capped: boolean }>(`${paths[kind]}/count?${listParams(query)}`, signal),
    placeholderData: keepPreviousData,
  });
}

export function recordQuery<T extends RecordBase>(kind: Kind, id: string) {
  return queryOptions({
    queryKey: [paths[kind], 'one', id],
    queryFn: () => api.get<T>(`${paths[kind]}/${id}`),
  });
}

export function timelineQuery(kind: Kind, id: string) {
  return infiniteQueryOptions({
    queryKey: [paths[kind], 'timeline', id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.get<Page<TimelineEntry>>(
        `${paths[kind]}/${id}/timeline${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ''}`,
      ),
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function useFields(kind: Kind): Field[] {
  const { data } = useQuery({
    queryKey: ['/fields', kind],
    queryFn: () => api.get<Field[]>(`/fields/${kind}`),
    staleTime: 60_000,
  });
  return data ?? noFields;
}
const noFields: Field[] = [];

export function useSavedViews(kind: Kind): SavedView[] {
  const { data } = useQuery({
    queryKey: ['/saved-views', kind],
    queryFn: () => api.get<SavedView[]>(`/saved-views?kind=${kind}`),
    staleTime: 60_000,
  });
  return data ?? noViews;
}
const noViews: SavedView[] = [];

export interface Member {
  user_id: string;
  name: string;
  email: string;
  role: string;
  [key: string]: unknown;
}

export const membersQuery = queryOptions({
  queryKey: ['/members'],
  queryFn: async () => (await api.get<Page<Member>>('/members')).items,
  staleTime: 5 * 60_000,
});

/** Refreshes everything on screen that a change of `kind` may touch. */
export function useRefresh() {
  const client = useQueryClient();
  return (kind: Kind) =>
    Promise.all([
      client.invalidateQueries({ queryKey: [paths[kind]] }),
      client.invalidateQueries({ queryKey: ['/cycle'] }),
      client.invalidateQueries({ queryKey: ['/today'] }),
    ]);
}

/** The value of a built-in or custom field of a record. */
export function fieldOf(record: RecordBase, field: Field): unknown {
  if (!field.custom) return record[field.key];
  return record.custom?.[field.key.replace(/^custom\./, '')];
}

/** The merge patch that sets one field. */
export function patchOf(field: Field, value: unknown): Record<string, unknown> {
  if (!field.custom) return { [field.key]: value };
  return { custom: { [field.key.replace(/^custom\./, '')]: value } };
}

export function usePatchRecord<T extends RecordBase>(kind: Kind) {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ record, changes }: { record: T; changes: Record<string, unknown> }) =>
      api.patch<T>(`${paths[kind]}/${record.id}`, changes, record.revision),
    onSuccess: (saved) => client.setQueryData([paths[kind], 'one', saved.id], saved),
    onSettled: () => refresh(kind),
  });
}

export interface BulkAnswer {
  changed: number;
  refused: { id: string; code: string; message: string }[];
  event_id: string;
}

export function bulk(kind: Kind, action: 'update' | 'delete' | 'restore', ids: string[], changes?: object) {
  return api.post<BulkAnswer>(`${paths[kind]}/bulk`, { action, ids, changes });
}
