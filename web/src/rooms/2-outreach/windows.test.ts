import { expect, it } from 'vitest';
import {
  clockOf,
  endingAt,
  minutesOf,
  type Span,
  spanOf,
  usualSpans,
  windowsFault,
  withOneMore,
  withSpan,
} from './windows';

it('times of day go to the clock and back', () => {
  for (const [minutes, clock] of [
    [0, '00:00'],
    [485, '08:05'],
    [1439, '23:59'],
  ] as const) {
    expect(clockOf(minutes)).toBe(clock);
    expect(minutesOf(clock)).toBe(minutes);
  }
  for (const none of ['', '8:00', '24:00', '08:60', '08:00:00']) expect(minutesOf(none)).toBeNull();
});

it('midnight as an end is the end of the day', () => {
  expect(endingAt(0)).toBe(1440);
  expect(clockOf(1440)).toBe('00:00');
});

const many = Array.from({ length: 11 }, (_, n): Span => ({ from: n, to: n + 1 }));

it.each([
  ['the usual hours', { always: false, windows: [...usualSpans] }, null],
  ['any time', { always: true, windows: [] }, null],
  ['no hour at all', { always: false, windows: [] }, 'none'],
  ['an end before the beginning', { always: false, windows: [{ from: 600, to: 480 }] }, 'backwards'],
  ['an empty span', { always: false, windows: [{ from: 600, to: 600 }] }, 'backwards'],
  ['more spans than the server takes', { always: false, windows: many }, 'too_many'],
] as const)('%s', (_, windows, fault) => {
  expect(windowsFault({ ...windows, windows: [...windows.windows] })).toBe(fault);
});

it('one more span is a usual one, else one after the last, and never a broken one', () => {
  expect(withOneMore([])).toEqual([{ from: 480, to: 600 }]);
  expect(withOneMore([{ from: 480, to: 600 }])).toEqual(usualSpans);
  expect(withOneMore(usualSpans).at(-1)).toEqual({ from: 1020, to: 1080 });
  expect(withOneMore([...usualSpans, { from: 1200, to: 1440 }]).at(-1)).toEqual({ from: 1380, to: 1440 });
});

it('proposed hours are taken over once, in the order of the day, while there is room', () => {
  const eleven = spanOf({ from: 11, to: 13 });
  expect(eleven).toEqual({ from: 660, to: 780 });
  expect(withSpan(usualSpans, eleven)).toEqual([usualSpans[0], eleven, usualSpans[1]]);
  expect(withSpan([...usualSpans, eleven], eleven)).toBeNull();
  expect(withSpan([{ from: 0, to: 1440 }], eleven)).toBeNull();
  expect(withSpan([{ from: 660, to: 720 }], eleven)).toHaveLength(2);
  expect(withSpan(many.slice(0, 10), eleven)).toBeNull();
});
