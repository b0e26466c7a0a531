import { describe, expect, it } from 'vitest';
import type { HourChance, SegmentHours } from '@/api/channelHours';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import {
  type AdviceReport,
  type Compared,
  hourStrength,
  isEmpty,
  scaleEnd,
  segmentParts,
  shownHours,
  showsShare,
  type TouchFigure,
} from './channels';

const figure = (more: Partial<TouchFigure>): TouchFigure => ({
  k: 6,
  n: 35,
  people: 35,
  share: 6 / 35,
  interval: { low: 0.08, high: 0.33 },
  reading: 'full',
  ...more,
});

const compared = (one: TouchFigure, other: TouchFigure): Compared => ({
  channel: null,
  one,
  other,
  difference: null,
  interval: null,
  says: 'not_enough',
});

describe('the report on advice', () => {
  it('shows a share only when there are touches and people enough for an interval', () => {
    expect(showsShare(figure({}))).toBe(true);
    expect(showsShare(figure({ reading: 'interval_only' }))).toBe(true);
    expect(showsShare(figure({ reading: 'count_only' }))).toBe(false);
    expect(showsShare(figure({ interval: null }))).toBe(false);
  });

  it('is empty only when nothing came out', () => {
    const none = figure({ k: 0, n: 0, people: 0, share: null, interval: null, reading: 'none' });
    const report = (all: Compared) => ({ all, waiting: 9 }) as AdviceReport;
    expect(isEmpty(report(compared(none, none)))).toBe(true);
    expect(isEmpty(report(compared(none, figure({}))))).toBe(false);
  });

  it('draws all rates on one scale that ends at a whole tenth', () => {
    expect(scaleEnd([figure({}), figure({ interval: { low: 0, high: 0.12 } })])).toBe(0.4);
    expect(scaleEnd([figure({ interval: { low: 0, high: 0.2 } })])).toBe(0.2);
    expect(scaleEnd([figure({ reading: 'count_only', interval: { low: 0, high: 0.9 } })])).toBe(0.1);
    expect(scaleEnd([])).toBe(0.1);
  });

  it('has a sentence for all that may be said, and claims no cause in either language', () => {
    const said = ['not_enough', 'higher', 'lower', 'unclear'];
    for (const { insight } of [en, ko]) {
      for (const texts of [insight.channels.says, insight.channels.lot_says]) {
        expect(Object.keys(texts).sort()).toEqual([...said].sort());
      }
    }
    for (const key of ['higher', 'lower'] as const) {
      expect(en.insight.channels.says[key]).toContain('That the advice is the cause does not follow.');
      expect(ko.insight.channels.says[key]).toContain('조언이 원인이라는 뜻은 아닙니다.');
    }
    expect(en.insight.channels.lead).toContain('Reps choose who gets what');
    expect(ko.insight.channels.lead).toContain('담당자가 고르므로');
  });
});

describe('the hours of segments', () => {
  const hour = (at: number, more: Partial<HourChance> = {}): HourChance => ({
    hour: at,
    p: 0.02,
    low: 0.01,
    high: 0.03,
    factor: 1,
    sends: 0,
    usual: false,
    ...more,
  });
  const segment = (touched: Record<number, Partial<HourChance>>): SegmentHours => ({
    segment: '',
    mean: 0.02,
    sends: 0,
    hours: Array.from({ length: 24 }, (_, at) => hour(at, touched[at])),
    proposal: null,
  });

  it('show the working day and any other hour somebody was touched at', () => {
    const day = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
    expect(shownHours([segment({})])).toEqual(day);
    expect(shownHours([segment({}), segment({ 21: { sends: 1 }, 3: { sends: 2 } })])).toEqual([
      3,
      ...day,
      21,
    ]);
  });

  it('are coloured by the best hour of all', () => {
    const segments = [segment({ 9: { p: 0.04 } }), segment({ 11: { p: 0.08 } })];
    expect(hourStrength(hour(11, { p: 0.08 }), segments)).toBe(100);
    expect(hourStrength(hour(9, { p: 0.04 }), segments)).toBe(50);
  });

  it('are named by what is known of a segment', () => {
    expect(segmentParts('A|KR|decides')).toEqual({ grade: 'A', country: 'KR', seniority: 'decides' });
    expect(segmentParts('?|US|?')).toEqual({ grade: undefined, country: 'US', seniority: undefined });
    expect(segmentParts('?|?|?')).toEqual({ grade: undefined, country: undefined, seniority: undefined });
  });
});
