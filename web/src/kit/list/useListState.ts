import { useLocalStorage } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Field, Kind, SavedView } from '@/api/model';
import { type Condition, conditionText, type ListQuery, readCondition } from '@/api/records';

export const operators = [
  'eq',
  'ne',
  'in',
  'nin',
  'lt',
  'lte',
  'gt',
  'gte',
  'contains',
  'starts',
  'empty',
  'filled',
] as const;
export type Operator = (typeof operators)[number];

interface ListSearch {
  where?: string[];
  q?: string;
  sort?: string;
  view?: string;
}

/** Columns a list shows until its reader chooses others. */
export const firstColumns: Record<Kind, string[]> = {
  company: [
    'name',
    'icp_grade',
    'icp_score',
    'fit_reasons',
    'domain',
    'industry',
    'employees',
    'country',
    'owner_id',
    'tags',
    'updated_at',
  ],
  person: [
    'name',
    'title',
    'company_id',
    'company_fit',
    'channel_advice',
    'email',
    'phone',
    'country',
    'owner_id',
    'updated_at',
  ],
  deal: [
    'name',
    'stage',
    'status',
    'company_id',
    'value',
    'next_action_on',
    'expected_close',
    'owner_id',
    'updated_at',
  ],
};

/** A condition still being written has no value yet and is not asked. */
function isWhole({ op, value }: Condition): boolean {
  return value !== '' || op === 'empty' || op === 'filled';
}

/** What a list shows: conditions, words and order live in the address; columns in this browser or in a saved view. */
export function useListState(kind: Kind, fixed?: string[]) {
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const [columns, setColumns] = useLocalStorage({
    key: `sevenfold.columns.${kind}`,
    defaultValue: firstColumns[kind],
    getInitialValueInEffect: false,
  });
  const conditions = useMemo(
    () =>
      (search.where ?? [])
        .map((text) => readCondition(text, operators))
        .filter((one): one is Condition => one !== null),
    [search.where],
  );
  const query: ListQuery = useMemo(
    () => ({
      where: [...(fixed ?? []), ...conditions.filter(isWhole).map(conditionText)],
      q: search.q ?? '',
      sort: search.sort ?? '',
    }),
    [fixed, conditions, search.q, search.sort],
  );
  const change = (next: ListSearch) =>
    navigate({ to: '.', search: (old: object) => ({ ...old, ...next }), replace: true });
  return {
    conditions,
    openPreset: (where: string[]) => change({ where, q: undefined, sort: undefined, view: undefined }),
    query,
    view: search.view,
    columns,
    setColumns,
    setConditions: (next: Condition[]) =>
      change({ where: next.length > 0 ? next.map(conditionText) : undefined }),
    setWords: (q: string) => change({ q: q || undefined }),
    setSort: (sort: string) => change({ sort: sort || undefined }),
    /** Takes back conditions and words; the order stays. */
    clear: () => change({ where: undefined, q: undefined, view: undefined }),
    openView: (view: SavedView | null) => {
      if (view?.query.columns) setColumns(view.query.columns);
      return change({ where: view?.query.where, q: view?.query.q, sort: view?.query.sort, view: view?.id });
    },
  };
}

export type ListState = ReturnType<typeof useListState>;

/** Operators that make sense for a type of field. */
export function operatorsFor(field: Field): Operator[] {
  const listed = field.options.length > 0 || ['country', 'stage', 'status'].includes(field.key);
  switch (field.kind === 'choice' && !listed ? 'text' : field.kind) {
    case 'number':
    case 'money':
      return ['gte', 'lte', 'eq', 'empty', 'filled'];
    case 'date':
    case 'instant':
      return ['gte', 'lt', 'empty', 'filled'];
    case 'choice':
    case 'user':
      return ['in', 'nin', 'empty', 'filled'];
    case 'company':
    case 'person':
    case 'yes_no':
      return ['eq', 'ne', 'empty', 'filled'];
    case 'multi_choice':
      return ['contains', 'empty', 'filled'];
    default:
      return ['contains', 'starts', 'eq', 'ne', 'empty', 'filled'];
  }
}
