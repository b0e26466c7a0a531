/** Transcripts of calls and meetings, as the server serves them. */
import { queryOptions } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import type { Listening } from '@/api/generated/model';
import { api, Problem } from '@/api/http';
import { textOr } from '@/i18n/texts';
import { problemText } from '@/kit/problems';

export type Side = 'rep' | 'prospect';
export interface Sides {
  rep: number;
  prospect: number;
}

export interface Part {
  name: string;
  side: Side;
  seconds: number | null;
  cues: number;
}

export interface TalkFigures {
  speakers: Part[];
  seconds: Sides | null;
  share: number | null;
  longest_monologue: Sides | null;
  patience: { mean: number; median: number; changes: number; too_few: boolean } | null;
  interruptions: Sides | null;
  turns: number;
  questions: Sides;
}

export interface Head {
  id: string;
  activity_kind: 'call' | 'meeting';
  held_at: string;
  deal_id: string | null;
  company_name: string | null;
  person_name: string | null;
  name: string;
  consent_how: ConsentHow;
  consent_by: string;
  talk: TalkFigures | null;
  rep_assumed: boolean;
}

export const consentHows = ['spoken', 'written', 'notice'] as const;
export type ConsentHow = (typeof consentHows)[number];

export interface Speaker {
  name: string;
  side: Side;
  person_id: string | null;
  user_id: string | null;
}

export interface Cue {
  start: number | null;
  end: number | null;
  speaker: string | null;
  text: string;
}

export type MomentKind = 'question' | 'interruption' | 'pause' | 'longest_monologue';

export interface Moment {
  kind: MomentKind;
  side: Side;
  cue: number;
  seconds: number | null;
  text: string | null;
}

export const suggestionKinds = ['topic', 'objection', 'goal', 'challenge', 'date', 'next_step'] as const;

export interface Offered {
  id: string;
  state: 'open' | 'accepted' | 'dismissed';
  finding_kind: string;
  kind: (typeof suggestionKinds)[number];
  key: string;
  cue: number;
  at: number | null;
  quote: string;
  day: string | null;
  times: number;
  hypotheses: string[];
}

export interface TalkView extends Head {
  speakers: Speaker[];
  cues: Cue[];
  moments: Moment[];
  suggestions: Offered[];
  notes: { line: number; what: string }[];
}

export function talkQuery(id: string) {
  return queryOptions({
    queryKey: ['/transcripts', id],
    queryFn: () => api.get<TalkView>(`/transcripts/${id}`),
  });
}

/** The newest talks first: of a deal, or those in which a member speaks. */
export function talksQuery(of: { deal?: string; user?: string | undefined }) {
  const asked = new URLSearchParams({ limit: '100' });
  if (of.deal) asked.set('deal_id', of.deal);
  if (of.user) asked.set('user_id', of.user);
  return queryOptions({
    queryKey: ['/transcripts', 'list', asked.toString()],
    queryFn: () =>
      api.get<{ items: Head[]; n: number; listening: Listening | null }>(`/transcripts?${asked}`),
  });
}

/** 1:02:03, or 2:03 below an hour. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** Why a file was refused, with its line; else what any problem says. */
export function refusal(t: TFunction, error: unknown): string {
  const facts =
    error instanceof Problem ? (error.body.facts as Record<string, unknown> | undefined) : undefined;
  if (!facts || typeof facts.line !== 'number') return problemText(t, error);
  const why = textOr(t, `talk.fault.${String(facts.reason)}`, String(facts.words));
  return t('talk.refused', { line: facts.line, why });
}

/** The rows behind a measure. */
export function rowsOf(moments: Moment[], kind: MomentKind): Moment[] {
  return moments.filter((moment) => moment.kind === kind);
}

/** Whether a piece has all words that are looked for. */
export function has(cue: Cue, words: string): boolean {
  const text = `${cue.speaker ?? ''} ${cue.text}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The first piece of each turn, in the order of the talk. */
export function turnsOf(cues: Cue[]): number[] {
  const order = cues.map((_, nth) => nth);
  const key = (nth: number) => [cues[nth]?.start ?? 0, cues[nth]?.end ?? 0] as const;
  order.sort((one, other) => key(one)[0] - key(other)[0] || key(one)[1] - key(other)[1]);
  return order.filter((nth, at) => at === 0 || cues[nth]?.speaker !== cues[order[at - 1] ?? 0]?.speaker);
}
