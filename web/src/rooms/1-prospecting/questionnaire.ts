import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { IcpProfile } from './icp';

export const parts = [
  'customers',
  'value_to_us',
  'value_to_them',
  'firm',
  'situation',
  'channels',
  'must_not',
  'assumptions',
] as const;
export type Part = (typeof parts)[number];

export interface IcpAnswer {
  /** A text is one entry, a list several. */
  words: string[];
  evidence: 'data' | 'opinion';
}

export interface IcpQuestion {
  key: string;
  part: Part;
  kind: 'text' | 'list' | 'span';
  answer: IcpAnswer | null;
}

export interface Questionnaire {
  questions: IcpQuestion[];
  unanswered: string[];
}

export interface FinishedQuestionnaire {
  profile: IcpProfile;
  derived: number;
  unanswered: string[];
}

export function questionnaireQuery(id: string) {
  return queryOptions({
    queryKey: ['/icp-profiles', id, 'questionnaire'],
    queryFn: () => api.get<Questionnaire>(`/icp-profiles/${id}/questionnaire`),
  });
}

/** The next question without an answer, in the order they are asked and from the start again; null when none is left. */
export function nextUnanswered({ questions, unanswered }: Questionnaire, after: string): string | null {
  const at = questions.findIndex((one) => one.key === after);
  const round = [...questions.slice(at + 1), ...questions.slice(0, at + 1)];
  return round.find((one) => one.key !== after && unanswered.includes(one.key))?.key ?? null;
}

/** Whether what is written differs from what is kept. */
export function differs(kept: IcpAnswer | null, words: string[], evidence: IcpAnswer['evidence']): boolean {
  const clean = words.map((word) => word.trim()).filter(Boolean);
  const same = JSON.stringify(clean) === JSON.stringify(kept?.words ?? []);
  return !same || (clean.length > 0 && evidence !== kept?.evidence);
}
