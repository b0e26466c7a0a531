/** A span of the recipient's day in minutes after midnight: from, up to and without to; 1440 is midnight. */
export interface Span {
  from: number;
  to: number;
}

/** When a sequence sends, on business days of the recipient, in their time. */
export interface Windows {
  always: boolean;
  windows: Span[];
}

export const usualSpans: readonly Span[] = [
  { from: 8 * 60, to: 10 * 60 },
  { from: 15 * 60, to: 16 * 60 },
];
export const mostSpans = 10;
const day = 24 * 60;

/** Minutes after midnight as a clock shows them, `HH:MM`. */
export function clockOf(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

/** What a clock shows as minutes after midnight; null for anything else. */
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(clock) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const all = Number(hours) * 60 + Number(minutes);
  return Number(hours) < 24 && Number(minutes) < 60 ? all : null;
}

/** A span that ends at 00:00 ends with the day. */
export function endingAt(minutes: number): number {
  return minutes === 0 ? day : minutes;
}

export type WindowsFault = 'none' | 'too_many' | 'backwards';

export function spanFault(span: Span): 'backwards' | null {
  return span.from < span.to ? null : 'backwards';
}

/** Why a sequence cannot be saved with these hours. */
export function windowsFault({ always, windows }: Windows): WindowsFault | null {
  if (windows.some(spanFault)) return 'backwards';
  if (windows.length > mostSpans) return 'too_many';
  return !always && windows.length === 0 ? 'none' : null;
}

/** One more span: the usual one that is missing, else the hour after the last, else the evening's. */
export function withOneMore(windows: readonly Span[]): Span[] {
  const missing = usualSpans.find(
    (usual) => !windows.some((one) => one.from < usual.to && usual.from < one.to),
  );
  const last = Math.max(0, ...windows.map((one) => one.to));
  const from = Math.min(last + 60, day - 60);
  return [...windows, missing ?? { from, to: from + 60 }];
}

/** Hours as a span of minutes. */
export function spanOf({ from, to }: { from: number; to: number }): Span {
  return { from: from * 60, to: to * 60 };
}

/** The spans with one more, in the order of the day; null when they hold it already or there is no room. */
export function withSpan(windows: readonly Span[], span: Span): Span[] | null {
  const held = windows.some((one) => one.from <= span.from && span.to <= one.to);
  if (held || windows.length >= mostSpans) return null;
  return [...windows, span].sort((one, other) => one.from - other.from);
}
