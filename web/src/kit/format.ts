/** The one place where money, numbers, dates and names become text. All functions are pure; `useFormat` binds them. */
import { useTranslation } from 'react-i18next';
import type { Money } from '@/api/model';
import { useMe } from '@/app/session';

export interface Reader {
  locale: string;
  timeZone: string;
}

/** Digits after the point that `currency` has: 0 for KRW and JPY, 3 for KWD, else mostly 2. */
export function minorDigits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2
    );
  } catch {
    return 2;
  }
}

export function money(reader: Reader, value: Money | null | undefined, compact = false): string {
  if (!value) return '';
  const digits = minorDigits(value.currency);
  const amount = value.minor / 10 ** digits;
  const short = compact && Math.abs(amount) >= 10_000;
  return new Intl.NumberFormat(reader.locale, {
    style: 'currency',
    currency: value.currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: short || Number.isInteger(amount) ? 0 : digits,
    maximumFractionDigits: short ? 1 : digits,
    notation: short ? 'compact' : 'standard',
    useGrouping: 'always',
  }).format(amount);
}

export function number(reader: Reader, value: number, digits = 2): string {
  return new Intl.NumberFormat(reader.locale, { maximumFractionDigits: digits }).format(value);
}

/** With its sign, a true minus included: "+9.1", "−2.0". */
export function signed(reader: Reader, value: number, digits = 1): string {
  const shown = new Intl.NumberFormat(reader.locale, {
    signDisplay: 'exceptZero',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return shown.format(value).replace('-', '−');
}

/** `share` is 0..1. */
export function percent(reader: Reader, share: number, digits = 1): string {
  return new Intl.NumberFormat(reader.locale, {
    style: 'percent',
    minimumFractionDigits: share === 0 || share === 1 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(share);
}

/** A calendar date without zone, `YYYY-MM-DD`. */
export function date(reader: Reader, day: string | null | undefined): string {
  if (!day) return '';
  const parsed = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime())) return day;
  return new Intl.DateTimeFormat(reader.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(parsed);
}

export function dateTime(reader: Reader, instant: string | null | undefined): string {
  if (!instant) return '';
  const parsed = new Date(instant);
  if (Number.isNaN(parsed.getTime())) return instant;
  return new Intl.DateTimeFormat(reader.locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: reader.timeZone,
  }).format(parsed);
}

/** The hour on somebody's own clock, `2026-11-26T09:54:00+09:00`, whatever zone the reader is in. */
export function clockTime(reader: Reader, local: string): string {
  return dateTime({ ...reader, timeZone: 'UTC' }, `${local.slice(0, 16)}:00Z`);
}

/** The shortest text that still says when: "today" and the hour, else the day. */
export function moment(reader: Reader, instant: string | null | undefined, now: number): string {
  if (!instant) return '';
  const parsed = new Date(instant);
  if (Number.isNaN(parsed.getTime())) return instant;
  const today = todayIn(reader.timeZone, parsed.getTime()) === todayIn(reader.timeZone, now);
  const style = today ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium' } as const);
  const text = new Intl.DateTimeFormat(reader.locale, { ...style, timeZone: reader.timeZone }).format(parsed);
  const words = new Intl.RelativeTimeFormat(reader.locale, { numeric: 'auto' });
  return today ? `${words.format(0, 'day')} ${text}` : text;
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 days ago"; below a minute "now". */
export function relative(reader: Reader, instant: string, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(reader.locale, { numeric: 'auto' });
  for (const [unit, length] of spans) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(0, 'second');
}

/** Whole days between an instant and now, not negative. */
export function daysSince(instant: string, now: number): number {
  return Math.max(0, Math.floor((now - new Date(instant).getTime()) / 86_400_000));
}

/** Today's date in the reader's zone, `YYYY-MM-DD`. */
export function todayIn(timeZone: string, now: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(now));
}

/** Calendar days from `today` to `day`; negative when `day` has passed. */
export function daysUntil(day: string, today: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
}

const hangul = /[\uAC00-\uD7A3\u4E00-\u9FFF]/;

/** Korean names are written family name first and without a space. */
export function personName(given: string | null | undefined, family: string | null | undefined): string {
  const first = given?.trim() ?? '';
  const last = family?.trim() ?? '';
  if (hangul.test(first + last)) return `${last}${first}`;
  return [first, last].filter(Boolean).join(' ');
}

/** One or two letters for a round picture. Of a Korean name the given name is kept, as among colleagues. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const [first = ''] = words;
  if (words.length === 1) return hangul.test(first) ? first.slice(-2) : first.slice(0, 1).toUpperCase();
  return `${first.slice(0, 1)}${words.at(-1)?.slice(0, 1) ?? ''}`.toUpperCase();
}

export function fileSize(reader: Reader, bytes: number): string {
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  return new Intl.NumberFormat(reader.locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    amount,
  );
}

export function useReader(): Reader {
  const { i18n } = useTranslation();
  const me = useMe();
  return {
    locale: i18n.language,
    timeZone: me?.user.time_zone || Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

export function useFormat() {
  const reader = useReader();
  return {
    reader,
    money: (value: Money | null | undefined, compact?: boolean) => money(reader, value, compact),
    number: (value: number, digits?: number) => number(reader, value, digits),
    signed: (value: number, digits?: number) => signed(reader, value, digits),
    percent: (share: number, digits?: number) => percent(reader, share, digits),
    date: (day: string | null | undefined) => date(reader, day),
    dateTime: (instant: string | null | undefined) => dateTime(reader, instant),
    clockTime: (local: string) => clockTime(reader, local),
    moment: (instant: string | null | undefined) => moment(reader, instant, Date.now()),
    relative: (instant: string) => relative(reader, instant, Date.now()),
    daysSince: (instant: string) => daysSince(instant, Date.now()),
    today: () => todayIn(reader.timeZone, Date.now()),
    fileSize: (bytes: number) => fileSize(reader, bytes),
  };
}
