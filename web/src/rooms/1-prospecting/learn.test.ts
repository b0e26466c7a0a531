import type { TFunction } from 'i18next';
import { expect, it } from 'vitest';
import { emptyFacts, groupName, isTaken, liftScale, place, shownP } from './learn';

const interval = (low: number, high: number) => ({ interval: { low, high } });

it('the scale holds every interval and the lift of 1', () => {
  for (const findings of [[], [interval(1.2, 1.6)], [interval(0, 0.4), interval(0.9, 3)]]) {
    const scale = liftScale(findings);
    expect(scale.from).toBeGreaterThanOrEqual(0);
    for (const { interval: one } of findings) {
      expect(scale.from).toBeLessThanOrEqual(one.low);
      expect(scale.to).toBeGreaterThan(one.high);
    }
    expect(place(1, scale)).toBeGreaterThan(0);
    expect(place(1, scale)).toBeLessThan(1);
  }
});

it('a lift beyond the scale stays at its end', () => {
  const scale = { from: 0.5, to: 1.5 };
  expect([0.2, 0.5, 1, 1.5, 9].map((lift) => place(lift, scale))).toEqual([0, 0, 0.5, 1, 1]);
});

it('answers and places are worded, bands and words are not', () => {
  const t = ((key: string) => key) as unknown as TFunction;
  const word = (text: string) => ({ type: 'word' as const, text, spellings: [text] });
  const name = (field: string, value: string, group: Parameters<typeof groupName>[2]['group']) =>
    groupName(t, 'en', { field, value, group });
  expect(name('industry', 'retail', word('retail'))).toBe('retail');
  expect(name('country', 'KR', word('KR'))).toBe('South Korea');
  expect(name('employees', '201–1000', { type: 'band', above: 200, to: 1000 })).toBe('201–1000');
  expect(name('has_website', 'no', { type: 'yes_no', yes: false })).toBe('kit.no');
  const elsewhere = { type: 'elsewhere' as const, values: ['KR'] };
  expect(name('country', 'elsewhere', elsewhere)).toBe('prospecting.learn.elsewhere');
});

it('a small probability is never shown as 0', () => {
  const format = { number: (value: number, digits = 2) => value.toFixed(digits) };
  expect([0, 0.00009, 0.0001, 0.19113, 1].map((p) => shownP(format, p))).toEqual([
    '< 0.0001',
    '< 0.0001',
    '0.0001',
    '0.1911',
    '1.0000',
  ]);
});

it('facts that are hardly known are named, the emptiest first', () => {
  const field = (name: string, known: number) => ({
    field: name,
    known,
    sort: 'words' as const,
    groups: 3,
    tested: 1,
    chi_square: null,
  });
  const empty = { field: 'country', value: null, why: 'empty' as const };
  const refused = [{ ...empty, k: null, n: null, companies: null, decided_filled: 0, open_filled: null }];
  expect(
    emptyFacts([field('industry', 0.95), field('employees', 0.4), field('revenue', 0.1)], refused),
  ).toEqual([
    { field: 'country', known: 0 },
    { field: 'revenue', known: 0.1 },
    { field: 'employees', known: 0.4 },
  ]);
});

it('a criterion a profile asks for already is not offered again', () => {
  const wanted = {
    field: 'industry',
    test: { type: 'choice' as const, accepts: ['retail'] },
    role: { type: 'weight' as const, half: 'to_us' as const, weight: 7 },
  };
  expect(isTaken([{ ...wanted }], wanted)).toBe(true);
  expect(isTaken([{ field: 'industry', test: { type: 'choice', accepts: ['finance'] } }], wanted)).toBe(
    false,
  );
  expect(isTaken([], wanted)).toBe(false);
  expect(isTaken([], null)).toBe(false);
});
