export const objectionKinds = [
  'price_value',
  'risk',
  'content',
  'contract',
  'timing',
  'authority',
  'competitor',
  'hidden',
] as const;
export type ObjectionKind = (typeof objectionKinds)[number];

export type ObjectionState = 'open' | 'probing' | 'answered' | 'confirmed' | 'accepted_risk' | 'withdrawn';

export interface Objection {
  id: string;
  /** Who raised it. */
  person_id: string | null;
  /** Verbatim. */
  stated: string;
  stated_kind: ObjectionKind;
  real_kind: ObjectionKind | null;
  state: ObjectionState;
  questions: { id: string; question: string; answer: string | null }[];
  /** Ours. */
  answer: string | null;
}

export const settledStates: readonly ObjectionState[] = ['confirmed', 'accepted_risk', 'withdrawn'];

/** Who is taken to have said that it is settled: whom one chose, else who raised it, else the only one there is. */
export function confirmer(
  people: readonly { person_id: string }[],
  raisedBy: string | null,
  chosen: string | null,
): string | null {
  const there = (id: string | null) => people.some((one) => one.person_id === id);
  if (there(chosen)) return chosen;
  if (there(raisedBy)) return raisedBy;
  return people.length === 1 ? (people[0]?.person_id ?? null) : null;
}
