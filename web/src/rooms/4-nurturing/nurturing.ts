import { queryOptions } from '@tanstack/react-query';
import type {
  BestContent,
  Clock,
  Content,
  Gap,
  InTrack,
  NewContent,
  NurtureView,
  Questions,
  Silent,
  Track,
  Use,
} from '@/api/generated/model';
import { api } from '@/api/http';

export const levels = ['unaware', 'problem_aware', 'solution_aware', 'product_aware', 'most_aware'] as const;
export type Level = (typeof levels)[number];

export const forms = ['link', 'file', 'story', 'answer'] as const;
export const topics = ['problem', 'industry', 'product', 'service'] as const;
export const gives = ['educate', 'proof', 'help', 'invite', 'news', 'personal'] as const;
export const signalKinds = [
  'asks_for_contact',
  'positive_reply',
  'meeting_booked',
  'meeting_held',
  'offer_viewed',
  'price_page_visit',
  'event_attended',
  'company_change',
  'referral_by_them',
  'content_click',
  'page_visit',
] as const;

export const awarenessQuery = (deal: string) =>
  queryOptions({
    queryKey: ['/deals', 'awareness', deal],
    queryFn: () => api.get<NurtureView>(`/deals/${deal}/awareness`),
  });

export const contentQuery = queryOptions({
  queryKey: ['/content'],
  queryFn: () => api.get<Content[]>('/content'),
});

export const searchContentQuery = (q: string, form: string) =>
  queryOptions({
    queryKey: ['/content', 'found', q, form],
    queryFn: () => {
      const asked = new URLSearchParams();
      if (q) asked.set('q', q);
      if (form) asked.set('form', form);
      return api.get<Content[]>(`/content?${asked}`);
    },
  });

export const usesQuery = (id: string) =>
  queryOptions({ queryKey: ['/content', 'uses', id], queryFn: () => api.get<Use[]>(`/content/${id}/uses`) });

export const gapsQuery = queryOptions({
  queryKey: ['/content', 'gaps'],
  queryFn: () => api.get<Gap[]>('/content-gaps'),
});

export const bestQuery = (deal: string, person: string | null) =>
  queryOptions({
    queryKey: ['/deals', 'best-content', deal, person],
    queryFn: () => api.get<BestContent>(`/deals/${deal}/best-content${person ? `?person_id=${person}` : ''}`),
  });

export const tracksQuery = queryOptions({
  queryKey: ['/tracks'],
  queryFn: () => api.get<Track[]>('/tracks'),
});

export const trackPeopleQuery = (id: string) =>
  queryOptions({
    queryKey: ['/tracks', 'people', id],
    queryFn: () => api.get<InTrack[]>(`/tracks/${id}/people`),
  });

export const silentQuery = queryOptions({
  queryKey: ['/deals', 'silent'],
  queryFn: () => api.get<Silent[]>('/silent-deals'),
});

export const questionsQuery = (person: string) =>
  queryOptions({
    queryKey: ['/people', 'questions', person],
    queryFn: () => api.get<Questions>(`/people/${person}/questions`),
  });

/** A piece while it is written: lists and texts may be empty. */
export interface ContentValues {
  form: (typeof forms)[number];
  title: string;
  body: string;
  url: string;
  file_id: string | null;
  topic: (typeof topics)[number];
  gives: (typeof gives)[number];
  level: string;
  locale: string;
  challenges: string[];
  industries: string[];
  expires_on: string | null;
}

export function valuesOf(content: Content | null, locale: string): ContentValues {
  return {
    form: content?.form ?? 'link',
    title: content?.title ?? '',
    body: content?.body ?? '',
    url: content?.url ?? '',
    file_id: content?.file_id ?? null,
    topic: content?.topic ?? 'problem',
    gives: content && content.gives !== 'ask' ? content.gives : 'educate',
    level: content?.level ?? '',
    locale: content?.locale ?? locale,
    challenges: content?.challenges ?? [],
    industries: content?.industries ?? [],
    expires_on: content?.expires_on ?? null,
  };
}

/** As the server takes it. */
export function bodyOf(values: ContentValues): NewContent {
  return {
    ...values,
    url: values.url.trim() || null,
    file_id: values.form === 'file' || values.form === 'story' ? values.file_id : null,
    level: (values.level || null) as Level | null,
    expires_on: values.expires_on || null,
  };
}

/** Every challenge that a piece is about, to choose from. */
export function challengesOf(content: readonly Content[]): string[] {
  return [...new Set(content.flatMap((one) => one.challenges))].sort((a, b) => a.localeCompare(b));
}

export const clocksQuery = queryOptions({
  queryKey: ['/people', 'response-times'],
  queryFn: ({ signal }) => api.get<Clock[]>('/response-times', signal),
});
