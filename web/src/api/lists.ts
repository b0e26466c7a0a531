import { queryOptions } from '@tanstack/react-query';
import { api } from './http';
import type { Kind } from './model';
import type { Condition } from './records';

/** A list: chosen one by one, or by filters that hold whenever one looks. */
export interface RecordList {
  id: string;
  kind: Kind;
  name: string;
  live: boolean;
}

export function listsQuery(kind: Kind) {
  return queryOptions({
    queryKey: ['/lists', kind],
    queryFn: () => api.get<RecordList[]>(`/lists?kind=${kind}`),
    enabled: kind !== 'deal',
  });
}

/** The list that conditions ask for, if it is exactly one. */
export function openListOf(conditions: Condition[]): string | null {
  const asked = conditions.find(({ field, op }) => field === 'list' && op === 'eq');
  return asked?.value || null;
}

/** The conditions with another list, or with none. */
export function withList(conditions: Condition[], id: string | null): Condition[] {
  const others = conditions.filter(({ field }) => field !== 'list');
  return id === null ? others : [{ field: 'list', op: 'eq', value: id }, ...others];
}
