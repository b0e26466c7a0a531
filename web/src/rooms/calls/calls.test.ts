import { describe, expect, it } from 'vitest';
import type { CallHour } from '@/api/generated/model';
import {
  callLink,
  clockIn,
  dispositions,
  gridOf,
  isTalk,
  keyOf,
  strengthOf,
  talkTime,
  weekdayName,
} from './calls';

const cell = (weekday: number, hour: number, dials: number, connects: number): CallHour => ({
  weekday,
  hour,
  dials,
  connects,
  rate: connects / dials,
  low: 0,
  high: 1,
  enough: dials >= 20,
});

describe('the call screen', () => {
  it('has each disposition on a key of its own', () => {
    expect(dispositions.map(keyOf).join('')).toBe('1234567890');
    expect(dispositions.filter(isTalk)).toEqual([
      'conversation',
      'callback_agreed',
      'meeting_booked',
      'refused_after_talk',
    ]);
  });

  it('writes links, times of talk and clocks', () => {
    expect(callLink('sip', '+821012345678')).toBe('sip:+821012345678');
    expect([0, 65, 3753].map(talkTime)).toEqual(['0:00', '1:05', '1:02:33']);
    const at = Date.parse('2026-11-27T01:05:00Z');
    expect(clockIn('en', 'Asia/Seoul', at)).toMatch(/Fri.*10:05/);
    expect(clockIn('en', 'America/New_York', at)).toMatch(/Thu.*8:05/);
  });
});

describe('the hours of a week', () => {
  it('are a table of seven days that has every hour in which somebody was called', () => {
    const grid = gridOf([cell(0, 10, 40, 10), cell(6, 21, 2, 2)]);
    expect(grid.rows).toHaveLength(7);
    expect(grid.hours).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
    expect(grid.rows[0]?.[2]?.dials).toBe(40);
    expect(grid.rows[6]?.at(-1)?.connects).toBe(2);
    expect(grid.rows[3]?.every((one) => one === null)).toBe(true);
    expect(grid.top).toBe(0.25);
  });

  it('are coloured by the best hour that is known well enough', () => {
    const grid = gridOf([cell(0, 10, 40, 10), cell(0, 11, 40, 5), cell(6, 21, 2, 2)]);
    expect(strengthOf(grid.rows[0]?.[2] ?? null, grid.top)).toBe(100);
    expect(strengthOf(grid.rows[0]?.[3] ?? null, grid.top)).toBe(50);
    expect(strengthOf(grid.rows[6]?.at(-1) ?? null, grid.top)).toBeNull();
    expect(strengthOf(null, grid.top)).toBeNull();
  });

  it('begin on Monday', () => {
    expect(weekdayName('en', 0, 'long')).toBe('Monday');
    expect(weekdayName('ko', 6, 'short')).toBe('일');
  });
});
