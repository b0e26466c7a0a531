import { queryOptions } from '@tanstack/react-query';
import { api } from './http';

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
