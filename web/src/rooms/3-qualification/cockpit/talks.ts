/** Talks about a deal: what to ask, what is known before, what was answered. */
import { queryOptions } from '@tanstack/react-query';
import type { CallBrief, DiscoveryTalk, OfferedOutline, TalkView } from '@/api/generated/model';
import { api } from '@/api/http';

export const talkKinds = ['call', 'meeting', 'video'] as const;
export type TalkKind = (typeof talkKinds)[number];

export function talkQuery(id: string) {
  return queryOptions({
    queryKey: ['/talks', id],
    queryFn: ({ signal }) => api.get<TalkView>(`/talks/${id}`, signal),
    // Others may write in it too.
    refetchInterval: 10_000,
    retry: 1,
  });
}

export function talksQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'talks', dealId],
    queryFn: ({ signal }) => api.get<DiscoveryTalk[]>(`/deals/${dealId}/talks`, signal),
  });
}

export function briefQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'brief', dealId],
    queryFn: ({ signal }) => api.get<CallBrief>(`/deals/${dealId}/brief`, signal),
  });
}

export function offeredQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'frameworks', dealId],
    queryFn: ({ signal }) => api.get<OfferedOutline[]>(`/deals/${dealId}/frameworks`, signal),
  });
}

/** A text in the reader's language, or in the other one. */
export function said(text: { en: string; ko: string } | undefined, locale: string): string {
  if (!text) return '';
  return (locale === 'ko' ? text.ko || text.en : text.en || text.ko).trim();
}

/** The parts of an answer, as places of a talk. */
export const parts = ['words', 'summary', 'value', 'person_id'] as const;
export type Part = (typeof parts)[number];

export function cellOf(question: string, part: Part): string {
  return `q.${question}.${part}`;
}

/** Whether something stands there. */
export function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return value.trim() !== '';
  if (typeof value === 'object') return Object.values(value).some(isFilled);
  return true;
}
