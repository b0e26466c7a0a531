import { queryOptions } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import type { Learned } from '@/api/generated/model';
import { api } from '@/api/http';
import { countryName } from '@/kit/regions';

type LearnedGroup = Learned['tests'][number];
type FieldReport = Learned['fields'][number];

export type { Learned, LearnedGroup };
export type Proposal = Learned['proposed'][number];

export function learnQuery(profile: string | undefined) {
  const path = profile ? `/icp/learn?profile_id=${profile}` : '/icp/learn';
  return queryOptions({ queryKey: ['/icp/learn', profile ?? ''], queryFn: () => api.get<Learned>(path) });
}

/** A span of lifts wide enough for every interval, with 1 inside and a little air around. */
export function liftScale(findings: Pick<LearnedGroup, 'interval'>[]): { from: number; to: number } {
  const ends = findings.flatMap(({ interval }) => [interval.low, interval.high]);
  const [from, to] = [Math.min(0.9, ...ends), Math.max(1.1, ...ends)];
  const air = (to - from) * 0.04;
  return { from: Math.max(0, from - air), to: to + air };
}

/** Where a lift stands on the scale, 0 to 1. */
export function place(lift: number, { from, to }: { from: number; to: number }): number {
  return Math.min(1, Math.max(0, (lift - from) / (to - from)));
}

/** What a group is called. Bands and words speak for themselves; answers and places are worded. */
export function groupName(
  t: TFunction,
  locale: string,
  { field, group, value }: Pick<LearnedGroup, 'field' | 'group' | 'value'>,
): string {
  if (group.type === 'yes_no') return group.yes ? t('kit.yes') : t('kit.no');
  if (group.type === 'elsewhere') return t('prospecting.learn.elsewhere');
  return field === 'country' ? countryName(locale, value) : value;
}

const smallestShown = 0.0001;
/** A probability: what is too small for four digits is "< 0.0001", never 0. */
export function shownP(format: { number: (value: number, digits?: number) => string }, p: number): string {
  return p < smallestShown ? `< ${format.number(smallestShown, 4)}` : format.number(p, 4);
}

const wellKnown = 0.7;
/** Facts that are known of too few companies to tell much, the emptiest first. */
export function emptyFacts(
  fields: FieldReport[],
  refused: Learned['refused'],
): { field: string; known: number }[] {
  const empty = refused.filter(({ why }) => why === 'empty').map(({ field }) => ({ field, known: 0 }));
  const thin = fields.filter(({ known }) => known < wellKnown).map(({ field, known }) => ({ field, known }));
  return [...empty, ...thin].sort((a, b) => a.known - b.known);
}

/** Whether a profile already asks exactly this. */
export function isTaken(
  criteria: { field: string; test: unknown }[],
  wanted: Proposal['criterion'],
): boolean {
  if (!wanted) return false;
  const same = (one: { field: string; test: unknown }) =>
    one.field === wanted.field && JSON.stringify(one.test) === JSON.stringify(wanted.test);
  return criteria.some(same);
}
