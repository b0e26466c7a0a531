/** What becomes of each field when two records become one, as a reader sees it. Pure. */
import type { Difference } from '@/api/generated/model';
import type { Field, Kind, RecordBase } from '@/api/model';
import { fieldOf } from '@/api/records';
import { isEmpty } from '../fields/labels';

export type MergeKind = Exclude<Kind, 'deal'>;

/** One of the two records, whichever of them stays. */
export type Side = 'a' | 'b';
export const sides: readonly Side[] = ['a', 'b'];

export function otherSide(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

/** By field, whose value somebody wants; it holds whichever record stays. */
export type Choices = Readonly<Record<string, Side>>;

/** What the server says a merge would make. */
export interface Preview {
  changes: Record<string, unknown>;
  differences: Pick<Difference, 'field'>[];
}

/**
 * `same`: both say it. `choice`: one of two values. `united`: the entries of both lists. `fills`: the record that
 * stays lacked it. `stays`: only the value of the record that stays counts.
 */
export type Fate = 'same' | 'choice' | 'united' | 'fills' | 'stays';

export interface ComparedField {
  field: Field;
  fate: Fate;
  takes: Side | 'both';
}

/** Said by others: of people the lists of addresses, and the name as a whole. */
const saidElsewhere: Record<MergeKind, readonly string[]> = {
  company: [],
  person: ['email', 'phone', 'given_name', 'family_name'],
};

function changesOf(field: Field, changes: Record<string, unknown>): boolean {
  if (!field.custom) return field.key in changes;
  const custom = changes.custom as Record<string, unknown> | undefined;
  return custom !== undefined && field.key.replace(/^custom\./, '') in custom;
}

/** The fields in which at least one record says something, in the order of the record's page. */
export function compared(
  kind: MergeKind,
  fields: readonly Field[],
  records: Record<Side, RecordBase>,
  keep: Side,
  preview: Preview,
  choices: Choices,
): ComparedField[] {
  const fate = (field: Field): ComparedField | null => {
    const [kept, goes] = [fieldOf(records[keep], field), fieldOf(records[otherSide(keep)], field)];
    if (isEmpty(kept) && isEmpty(goes)) return null;
    if (JSON.stringify(kept) === JSON.stringify(goes)) return { field, fate: 'same', takes: 'both' };
    if (preview.differences.some((one) => one.field === field.key))
      return { field, fate: 'choice', takes: choices[field.key] ?? keep };
    if (Array.isArray(kept) && Array.isArray(goes) && kept.length > 0 && goes.length > 0)
      return { field, fate: 'united', takes: 'both' };
    if (isEmpty(kept) && changesOf(field, preview.changes))
      return { field, fate: 'fills', takes: otherSide(keep) };
    return { field, fate: 'stays', takes: keep };
  };
  return fields
    .filter((field) => field.editable && !saidElsewhere[kind].includes(field.key))
    .map(fate)
    .filter((one): one is ComparedField => one !== null);
}

/** The part of a request that says where the other record's value is wanted; the kept one's counts otherwise. */
export function choose(
  keep: Side,
  choices: Choices,
  differences: Preview['differences'],
): Record<string, 'merged'> {
  const wanted = differences.filter(({ field }) => choices[field] === otherSide(keep));
  return Object.fromEntries(wanted.map(({ field }) => [field, 'merged']));
}
