import { expect, it } from 'vitest';
import { secondsLeft, unitsPerSecond } from './rate';

const started = '2026-11-23T10:00:00Z';
const tenSecondsLater = Date.parse('2026-11-23T10:00:10Z');

it('a rate is units over the time since the start', () => {
  expect(unitsPerSecond(500, started, tenSecondsLater)).toBe(50);
});
it('nothing is claimed before the work has begun', () => {
  expect(unitsPerSecond(0, started, tenSecondsLater)).toBeNull();
  expect(unitsPerSecond(500, null, tenSecondsLater)).toBeNull();
});
it('time left follows from what is left, and is unknown without a total', () => {
  expect(secondsLeft(500, 1000, 50)).toBe(10);
  expect(secondsLeft(500, 0, 50)).toBeNull();
  expect(secondsLeft(1200, 1000, 50)).toBe(0);
});
