import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { Field } from '@/api/model';

export type Operator = 'eq' | 'in' | 'gte' | 'lte' | 'contains' | 'filled';

export interface Test {
  op: Operator;
  value: unknown;
}

export interface Qualifier {
  id: string;
  key: string;
  label: { en: string; ko: string };
  on: 'deal' | 'company';
  field: string;
  rule: { good: Test; fair: Test | null };
  weight: number;
  required: boolean;
  blocking: boolean;
}

export const qualifiersQuery = queryOptions({
  queryKey: ['/qualifiers'],
  queryFn: () => api.get<Qualifier[]>('/qualifiers'),
});

/** How values of a field can be compared. */
export function operatorsOf(field: Pick<Field, 'kind'> | undefined): Operator[] {
  switch (field?.kind) {
    case 'number':
      return ['gte', 'lte', 'eq', 'filled'];
    case 'date':
      return ['lte', 'gte', 'filled'];
    case 'yes_no':
      return ['eq'];
    case 'choice':
    case 'text':
    case 'url':
      return ['in', 'eq', 'contains', 'filled'];
    case 'multi_choice':
      return ['contains', 'filled'];
    default:
      return ['filled'];
  }
}

/** The field's key as a qualifier names it. */
export function plainKey(key: string): string {
  return key.replace(/^custom\./, '');
}

/** Fields of this kind of record that can be judged. */
export function judgeable(fields: Field[], on: 'deal' | 'company'): Field[] {
  const kept = ['name', 'owner_id', 'source', 'source_date', 'lawful_basis', 'revenue'];
  return fields.filter(
    (field) => field.editable && (field.custom || (on === 'company' && !kept.includes(field.key))),
  );
}
