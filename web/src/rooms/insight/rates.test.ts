import { expect, it } from 'vitest';
import { daysBefore, readingOf } from './rates';

it('no trials have no rate, few are counted, enough have a rate', () => {
  expect(readingOf({ trials: 0 })).toBe('none');
  expect(readingOf({ trials: 9 })).toBe('count');
  expect(readingOf({ trials: 10 })).toBe('rate');
});
it('a span is counted back over month and year', () => {
  expect(daysBefore('2026-03-01', 90)).toBe('2025-12-01');
});
