/** Conditions of forks as the builder knows them: one, or several joined by "and" or "or", each said or denied. */
import type { Compare, Fact } from '@/api/generated/model';

export type Leaf =
  | { is: 'happened'; what: Fact; value?: string | null }
  | { is: 'bounced' }
  | { is: 'no_reply'; days: number }
  | { is: 'variant'; step: string; arm: number }
  | { is: 'field'; field: string; op: Compare; value?: unknown };

export type Condition =
  | Leaf
  | { is: 'all'; of: Condition[] }
  | { is: 'any'; of: Condition[] }
  | { is: 'not'; of: Condition };

/** One line of the builder. */
export interface Term {
  denied: boolean;
  leaf: Leaf;
}

export interface Terms {
  join: 'all' | 'any';
  terms: Term[];
}

function termOf(condition: Condition): Term | null {
  if (condition.is === 'all' || condition.is === 'any') return null;
  if (condition.is !== 'not') return { denied: false, leaf: condition };
  const inner = termOf(condition.of);
  return inner && !inner.denied ? { ...inner, denied: true } : null;
}

/** The lines of a condition; null for one that goes deeper than lines can say. */
export function readTerms(condition: Condition): Terms | null {
  if (condition.is !== 'all' && condition.is !== 'any') {
    const term = termOf(condition);
    return term && { join: 'all', terms: [term] };
  }
  const terms = condition.of.map(termOf);
  return terms.includes(null) ? null : { join: condition.is, terms: terms.filter((one) => one !== null) };
}

export function writeTerms({ join, terms }: Terms): Condition {
  const parts = terms.map(({ denied, leaf }): Condition => (denied ? { is: 'not', of: leaf } : leaf));
  const [only, ...more] = parts;
  return only && more.length === 0 ? only : { is: join, of: parts };
}

export const leafKinds = [
  'clicked',
  'call',
  'social',
  'piece',
  'meeting',
  'bounced',
  'no_reply',
  'variant',
  'field',
] as const;
export type LeafKind = (typeof leafKinds)[number];

export function kindOf(leaf: Leaf): LeafKind {
  return leaf.is === 'happened' ? leaf.what : leaf.is;
}

/** What a line of this kind begins with. `wordings` are keys of steps with several wordings before the fork. */
export function newLeaf(kind: LeafKind, wordings: readonly string[] = []): Leaf {
  switch (kind) {
    case 'bounced':
      return { is: 'bounced' };
    case 'no_reply':
      return { is: 'no_reply', days: 3 };
    case 'variant':
      return { is: 'variant', step: wordings[0] ?? '', arm: 1 };
    case 'field':
      return { is: 'field', field: 'company.grade', op: 'eq', value: '' };
    default:
      return { is: 'happened', what: kind };
  }
}

/** Outcomes that are written down, by what happened. A click's outcome is the number of its link. */
export const outcomes = {
  call: ['intended', 'voicemail', 'gatekeeper', 'wrong_person', 'busy', 'no_answer', 'dropped'],
  social: ['sent', 'accepted', 'answered'],
  piece: ['sent', 'delivered', 'returned'],
} as const;

export const compares = ['eq', 'ne', 'gt', 'lt', 'contains', 'set', 'unset'] as const satisfies Compare[];

export function needsValue(op: Compare): boolean {
  return op !== 'set' && op !== 'unset';
}

/** Fields that can be asked for besides custom ones, as the engine knows them. */
export const fieldPaths = [
  'company.grade',
  'company.industry',
  'company.employees',
  'company.country',
  'company.city',
  'company.domain',
  'person.title',
  'person.tags',
  'person.country',
  'person.city',
  'deal.stage',
] as const;
