import { expect, it } from 'vitest';
import { daysBefore, type Figure, hasShare } from './rates';

const figure = (more: Partial<Figure>): Figure => ({
  of: 'dials',
  k: 3,
  n: 12,
  share: 0.25,
  interval: { low: 0.09, high: 0.53 },
  reading: 'interval_only',
  ...more,
});

it('a share is shown only when there are cases enough for one', () => {
  expect(hasShare(figure({}))).toBe(true);
  expect(hasShare(figure({ reading: 'count_only' }))).toBe(false);
  expect(hasShare(figure({ reading: 'none', n: 0, share: null }))).toBe(false);
});
it('a span is counted back over month and year', () => {
  expect(daysBefore('2026-03-01', 90)).toBe('2025-12-01');
});
