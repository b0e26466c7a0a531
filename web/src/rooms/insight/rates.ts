import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { StageKey } from '@/api/model';

export const rateKeys = [
  'dial_to_connect',
  'positive_reply',
  'conversion',
  'sales_acceptance',
  'close',
] as const;
export type RateKey = (typeof rateKeys)[number];

/** The stage whose work a rate measures; its hue is used. */
export const stageOfRate: Record<RateKey, StageKey> = {
  dial_to_connect: 'outreach',
  positive_reply: 'outreach',
  conversion: 'qualification',
  sales_acceptance: 'nurturing',
  close: 'closing',
};

/** What may be said of so many cases: nothing, "k of n", a rate with its interval, or also a verdict. */
export type Reading = 'none' | 'count_only' | 'interval_only' | 'full';

/** `k` successes of `n` trials. Shares are 0 to 1; the interval is two-sided 95 %. */
export interface Figure {
  /** What is counted: dials, people, mails sent, … */
  of: string;
  k: number;
  n: number;
  share: number | null;
  interval: { low: number; high: number } | null;
  reading: Reading;
}

export interface Rate {
  rate: RateKey;
  horizon_days: number;
  main: Figure;
  /** The same successes over other denominators. */
  beside: Figure[];
  /** Trials younger than the horizon: in neither number. */
  maturing: { n: number; succeeded: number };
  too_few_people: boolean;
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
    queryFn: () => api.get<{ rates: Rate[] }>(`/insight/rates?${params}`),
  });
}

/** Whether a figure may be shown as a share; fewer cases are only counted. */
export function hasShare(figure: Figure): boolean {
  return figure.share !== null && (figure.reading === 'interval_only' || figure.reading === 'full');
}

/** First day of a span that ends on `to`. */
export function daysBefore(to: string, days: number): string {
  return new Date(Date.parse(`${to}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
