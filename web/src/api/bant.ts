import { queryOptions } from '@tanstack/react-query';
import { api } from './http';
import type { KnownFrom } from './research';

export type Factor = 'need' | 'budget' | 'authority' | 'timing';

/** How something became known, strongest first. */
export const evidenceKinds = [
  'document',
  'conversation',
  'written',
  'third_party',
  'research',
  'guess',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

export interface BantEvidence {
  id: string;
  at: string;
  factor: Factor;
  kind: EvidenceKind;
  /** What they said or wrote. */
  quote: string | null;
  rating: number;
  url: string | null;
  created_by: string | null;
}

/** A qualifier of the workspace's own, and what it says about a deal. */
export interface QualifierView {
  key: string;
  label: { en: string; ko: string };
  /** Where its field lives. */
  on: 'deal' | 'company';
  field: string;
  required: boolean;
  blocking: boolean;
  value: unknown;
  rating: number | null;
  confidence: number;
  known: KnownFrom | null;
}

export interface FactorView {
  factor: Factor;
  /** 0 to 2; null when not known. */
  rating: number | null;
  kind: EvidenceKind | null;
  confidence: number;
  confirmed: boolean;
  evidence: BantEvidence[];
}

export interface Bant {
  factors: FactorView[];
  qualifiers: QualifierView[];
  fit: number | null;
  completeness: number;
  state: 'disqualified_suggested' | 'qualified' | 'promising' | 'unclear';
}

export function bantQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'bant', dealId],
    queryFn: () => api.get<Bant>(`/deals/${dealId}/bant`),
  });
}
