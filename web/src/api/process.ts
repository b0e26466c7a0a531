import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './http';
import type { Deal, StageKey } from './model';

/** A word of the process in both languages. */
export interface Words {
  en: string;
  ko: string;
}

export interface ProcessStage {
  key: string;
  phase: StageKey;
  name: Words;
  purpose: Words;
  /** Business days a deal may stay. */
  sla: number;
  first_action_due: number;
  /** Criteria by key, some with parameters: `"why_them"` or `{"research_done": {…}}`. */
  gate: (string | Record<string, unknown>)[];
  entry_tasks: { key: string; title: Words; due: number }[];
}

export interface ProcessVersion {
  id: string;
  number: number;
  state: 'draft' | 'published' | 'retired';
  published_at: string | null;
  definition: { name: Words; stages: ProcessStage[]; loss_reasons: { key: string; label: Words }[] };
}

export const currentProcessQuery = queryOptions({
  queryKey: ['/process', 'current'],
  queryFn: () => api.get<ProcessVersion>('/process/current'),
});

const versionsQuery = queryOptions({
  queryKey: ['/process', 'versions'],
  queryFn: () => api.get<ProcessVersion[]>('/process/versions'),
  staleTime: 5 * 60_000,
});

/** The version a deal was started on; a deal without one follows the version in force. */
export function useProcessOf(deal: Deal): ProcessVersion | undefined {
  const versions = useQuery(versionsQuery).data;
  return (
    versions?.find((one) => one.id === deal.process_version_id) ??
    versions?.find((one) => one.state === 'published')
  );
}

export function wordIn(words: Words, locale: string): string {
  return (locale === 'ko' ? words.ko : words.en) || words.en;
}
