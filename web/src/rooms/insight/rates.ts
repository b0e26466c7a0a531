import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';

export const rateKeys = [
  'dial_to_connect',
  'positive_reply',
  'conversion',
  'sales_acceptance',
  'close',
] as const;
export type RateKey = (typeof rateKeys)[number];

/** A rate as two integers and its 95 % interval; shares are 0 to 1. */
export interface Rate {
  key: RateKey;
  successes: number;
  trials: number;
  interval: { low: number; high: number } | null;
  /** Trials too young to count; in neither number. */
  maturing: number;
  /** The same successes over other denominators, for replies: mails sent and delivered. */
  bases?: { key: string; successes: number; trials: number }[];
}

export interface Rates {
  rates: Rate[];
  from: string;
  to: string;
}

export type View = 'cohort' | 'period';

export interface RatesQuery {
  from: string;
  to: string;
  version?: string;
  view: View;
}

export function ratesQuery(query: RatesQuery) {
  const params = new URLSearchParams({ from: query.from, to: query.to, view: query.view });
  if (query.version) params.set('version', query.version);
  return queryOptions({
    queryKey: ['/insight', 'rates', query],
    queryFn: () => api.get<Rates>(`/insight/rates?${params}`),
  });
}

/** Below this a rate is only counted, not computed. */
export const tooFew = 10;

export type Reading = 'none' | 'count' | 'rate';

/** What may be said of so many trials: nothing, "k of n", or a rate with its interval. */
export function readingOf(rate: Pick<Rate, 'trials'>): Reading {
  if (rate.trials === 0) return 'none';
  return rate.trials < tooFew ? 'count' : 'rate';
}

/** First day of a span that ends on `to`. */
export function daysBefore(to: string, days: number): string {
  return new Date(Date.parse(`${to}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
