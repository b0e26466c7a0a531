import { notifyManager, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';

export const channels = ['email', 'phone', 'linkedin', 'social', 'sms', 'postal', 'in_person'] as const;
export type Channel = (typeof channels)[number];

export interface ChannelChance {
  channel: Channel;
  access: 'no_address' | 'suppressed' | 'not_lawful' | 'refused' | 'inactive' | 'unverified' | 'verified';
  /** Share of touches that bring a conversation or an appointment, with its 80 % interval. */
  p: number;
  low: number;
  high: number;
  utility: number;
  minutes: number;
  basis: 'article' | 'assumption' | 'own';
  touches: number;
}

/** The next good hour for the first channel, on the person's clock. */
export interface BestHour {
  at: string;
  hour: number;
  zone: string;
  p: number;
  low: number;
  high: number;
  /** Of the channel whatever the hour. */
  mean: number;
  basis: 'own' | 'assumption';
  sends: number;
}

export interface ChannelAdvice {
  person_id: string;
  first: Channel | null;
  /** The first was drawn by lot, so that the advisor goes on learning. */
  tried: boolean;
  usual: Channel | null;
  close_call: boolean;
  preferred: boolean;
  path: Channel[];
  phone: 'only_way' | 'preferred' | 'asked_for' | 'unanswered' | 'works_here' | null;
  channels: ChannelChance[];
  best_hour: BestHour | null;
  fit: {
    company_id: string;
    grade: string | null;
    score: number | null;
    coverage: number | null;
    reasons: unknown;
  } | null;
}

const atOnce = 200;
let waiting = new Map<string, ((advice: ChannelAdvice | null) => void)[]>();
let failing: ((why: unknown) => void)[] = [];

/** Asks for everybody who was asked about in the same moment at once. */
async function askTogether(client?: QueryClient): Promise<void> {
  const [asked, failed] = [waiting, failing];
  [waiting, failing] = [new Map(), []];
  const ids = [...asked.keys()];
  try {
    for (let from = 0; from < ids.length; from += atOnce) {
      const person_ids = ids.slice(from, from + atOnce);
      const found = await api.post<ChannelAdvice[]>('/channel-advice', { person_ids });
      const byPerson = new Map(found.map((one) => [one.person_id, one]));
      const adviceFor = (id: string) => byPerson.get(id) ?? null;
      // Shown all at once: one cell after the other, a page of them, is more than React renders in a row.
      notifyManager.batch(() => {
        for (const id of person_ids) client?.setQueryData(adviceQuery(id).queryKey, adviceFor(id));
      });
      for (const id of person_ids) for (const answer of asked.get(id) ?? []) answer(adviceFor(id));
    }
  } catch (why) {
    for (const fail of failed) fail(why);
  }
}

export function adviceOf(id: string, client?: QueryClient): Promise<ChannelAdvice | null> {
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(askTogether, 10, client);
    waiting.set(id, [...(waiting.get(id) ?? []), resolve]);
    failing.push(reject);
  });
}

/** Under the people, so that it is asked anew when one of them changes. */
export function adviceQuery(id: string) {
  return queryOptions({
    queryKey: ['/people', 'channel-advice', id],
    queryFn: ({ client }) => adviceOf(id, client),
    staleTime: 60_000,
  });
}

/** The texts that say why, by key; the figures are the caller's to word. */
export function whyKeys(advice: ChannelAdvice): string[] {
  const first = advice.channels.find((one) => one.channel === advice.first);
  const mail = advice.channels.find((one) => one.channel === 'email');
  const keys: string[] = mail?.access === 'not_lawful' ? ['mail_unlawful'] : [];
  if (!first) return ['none', ...keys];
  if (advice.tried) keys.push('tried');
  if (advice.preferred) keys.push('preferred');
  else if (first.channel === 'phone' && advice.phone) keys.push(`phone_${advice.phone}`);
  keys.push('chance', `basis_${first.basis}`);
  if (first.access === 'unverified') keys.push('unverified');
  if (advice.close_call) keys.push('close');
  if (advice.path.length > 1) keys.push('path');
  if (advice.path.includes('phone') && advice.first !== 'phone') {
    keys.push(advice.phone === 'unanswered' ? 'phone_unanswered' : 'phone_later');
  }
  if (first.channel === 'email') keys.push('receptive');
  return keys;
}

/** The channels a person can be reached by, in the order of the advice; the others after them. */
export function inReach(channels: readonly ChannelChance[]): [ChannelChance[], ChannelChance[]] {
  const reached = (one: ChannelChance) => one.access === 'verified' || one.access === 'unverified';
  return [channels.filter(reached), channels.filter((one) => !reached(one))];
}

/** The end of a scale that holds every interval: a whole number of twentieths, at least one. */
export function scaleOf(channels: readonly ChannelChance[]): number {
  const top = Math.max(0.05, ...channels.map((one) => one.high));
  return Math.min(1, Math.ceil(top * 20 - 1e-9) / 20);
}

/** The texts that say of an hour what it rests on. */
export function hourKey(hour: BestHour): 'own' | 'better' | 'assumption' | 'mean' {
  if (hour.basis === 'own') return hour.p > hour.mean ? 'better' : 'own';
  return hour.p > hour.mean ? 'assumption' : 'mean';
}

/** Weekday and time of an instant on the clock of a zone. */
export function clockThere(locale: string, at: string, zone: string): string {
  const style = { weekday: 'short', hour: 'numeric', minute: '2-digit', timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, style).format(Date.parse(at));
}
