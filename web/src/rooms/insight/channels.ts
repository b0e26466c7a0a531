/** What came of the advice on channels, and the hours at which people answer. */
import { queryOptions } from '@tanstack/react-query';
import type { HourChance, SegmentHours } from '@/api/channelHours';
import { api } from '@/api/http';
import type { Reading } from './rates';

export type Says = 'not_enough' | 'higher' | 'lower' | 'unclear';

export interface TouchFigure {
  k: number;
  n: number;
  people: number;
  share: number | null;
  interval: { low: number; high: number } | null;
  reading: Reading;
}

export interface Compared {
  channel: string | null;
  one: TouchFigure;
  other: TouchFigure;
  difference: number | null;
  interval: { low: number; high: number } | null;
  says: Says;
}

export interface CalibrationBin {
  from: number;
  to: number;
  predicted: number;
  seen: TouchFigure;
  holds: boolean | null;
}

export interface AdviceReport {
  from: string;
  to: string;
  time_zone: string;
  open_from: string;
  waiting: number;
  all: Compared;
  channels: Compared[];
  by_lot: { compared: Compared; drawn_followed: number; usual_followed: number };
  calibration: CalibrationBin[];
}

export function adviceReportQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['/channel-advice', 'report', from, to],
    queryFn: () => api.get<AdviceReport>(`/channel-advice/report?${new URLSearchParams({ from, to })}`),
  });
}

/** Whether anything was touched with advice in the time that is shown. */
export function isEmpty(report: AdviceReport): boolean {
  return report.all.one.n + report.all.other.n === 0;
}

/** Whether a rate may be shown with its interval; fewer touches are only counted. */
export function showsShare(figure: TouchFigure): boolean {
  return figure.interval !== null && (figure.reading === 'interval_only' || figure.reading === 'full');
}

/** The end of a scale that holds these intervals, a whole number of tenths. */
export function scaleEnd(figures: readonly TouchFigure[]): number {
  const top = Math.max(0.1, ...figures.filter(showsShare).map((one) => one.interval?.high ?? 0));
  return Math.min(1, Math.ceil(top * 10 - 1e-9) / 10);
}

/** Hours shown: the day as people work it, and whatever other hour somebody was touched at. */
export function shownHours(segments: readonly SegmentHours[]): number[] {
  const touched = (hour: number) => segments.some((one) => (one.hours[hour]?.sends ?? 0) > 0);
  return Array.from({ length: 24 }, (_, hour) => hour).filter(
    (hour) => (hour >= 7 && hour <= 18) || touched(hour),
  );
}

/** How strongly an hour is coloured, 0 to 100, among those shown. */
export function hourStrength(hour: HourChance, segments: readonly SegmentHours[]): number {
  const top = Math.max(...segments.flatMap((one) => one.hours.map((each) => each.p)), 1e-9);
  return Math.round((hour.p / top) * 100);
}

/** The parts of a segment's name, what is not known left out: grade, country, seniority. */
export function segmentParts(segment: string): { grade?: string; country?: string; seniority?: string } {
  const [grade, country, seniority] = segment.split('|').map((part) => (part === '?' ? undefined : part));
  return { grade: grade || undefined, country, seniority };
}
