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
