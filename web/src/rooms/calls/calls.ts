/** Calls that are due, and the hours at which people answer. */
import { queryOptions } from '@tanstack/react-query';
import type { CallHour, CallHours, CallItem, DialerView } from '@/api/generated/model';
import { api } from '@/api/http';

export const queueQuery = queryOptions({
  queryKey: ['/calls', 'queue'],
  queryFn: ({ signal }) => api.get<CallItem[]>('/calls/queue', signal),
  // The hour on their clock moves on.
  refetchInterval: 5 * 60_000,
});

export const hoursQuery = queryOptions({
  queryKey: ['/calls', 'hours'],
  queryFn: ({ signal }) => api.get<CallHours>('/calls/hours', signal),
});

/** What may become of a call, each on its key: 1 to 9, then 0. */
export const dispositions = [
  'no_answer',
  'busy',
  'voicemail',
  'voicemail_left',
  'gatekeeper',
  'wrong_person',
  'conversation',
  'callback_agreed',
  'meeting_booked',
  'refused_after_talk',
] as const;
export type Disposition = (typeof dispositions)[number];

export function keyOf(disposition: Disposition): string {
  return String((dispositions.indexOf(disposition) + 1) % 10);
}

/** Whether both sides talked: only then the time of talk is kept. */
export function isTalk(disposition: Disposition): boolean {
  return dispositions.indexOf(disposition) >= dispositions.indexOf('conversation');
}

export const dialerQuery = queryOptions({
  queryKey: ['/calls', 'dialer'],
  queryFn: ({ signal }) => api.get<DialerView>('/dialer', signal),
  staleTime: 5 * 60_000,
});

/** How one calls from a page: by a link to a telephone program, or by the workspace's dialer. */
export const ways = ['tel', 'sip', 'dialer'] as const;
export type Way = (typeof ways)[number];
const wayKey = 'sevenfold.call_way';

/** The way chosen on this device, as far as it is there. */
export function chosenWay(hasDialer: boolean): Way {
  const kept = ways.find((one) => one === localStorage.getItem(wayKey)) ?? 'tel';
  return kept === 'dialer' && !hasDialer ? 'tel' : kept;
}

export function chooseWay(way: Way): void {
  localStorage.setItem(wayKey, way);
}

/** RFC 3966 and RFC 3261: both take a number in E.164. */
export function callLink(way: Way, e164: string): string {
  return `${way === 'sip' ? 'sip' : 'tel'}:${e164}`;
}

/** "4:05", "1:02:33". */
export function talkTime(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The clock of a zone. */
export function clockIn(locale: string, zone: string, at: number): string {
  const style = { weekday: 'short', hour: 'numeric', minute: '2-digit', timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, style).format(at);
}

/** Hours shown whether anybody was called then or not. */
const shownHours = { from: 8, to: 19 };

export interface HourGrid {
  hours: number[];
  /** By weekday, Monday first, then in the order of `hours`. */
  rows: (CallHour | null)[][];
  /** The highest rate among hours that are known well enough, at least a little above nothing. */
  top: number;
}

/** A week as a table: one row a day, one column an hour. */
export function gridOf(hours: readonly CallHour[]): HourGrid {
  const from = Math.min(shownHours.from, ...hours.map((one) => one.hour));
  const to = Math.max(shownHours.to, ...hours.map((one) => one.hour));
  const columns = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const rows = Array.from({ length: 7 }, (_, weekday) =>
    columns.map((hour) => hours.find((one) => one.weekday === weekday && one.hour === hour) ?? null),
  );
  const top = Math.max(0.01, ...hours.filter((one) => one.enough).map((one) => one.rate));
  return { hours: columns, rows, top };
}

/** How strongly a cell is coloured, 0 to 100; null where too little is known. */
export function strengthOf(cell: CallHour | null, top: number): number | null {
  return cell?.enough ? Math.round((cell.rate / top) * 100) : null;
}

/** The name of a weekday, 0 is Monday. */
export function weekdayName(locale: string, weekday: number, style: 'short' | 'long'): string {
  // 5 January 1970 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' }).format(
    (4 + weekday) * 86_400_000,
  );
}
