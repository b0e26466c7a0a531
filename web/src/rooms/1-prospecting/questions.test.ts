import { describe, expect, test } from 'vitest';
import type { Field } from '@/api/model';
import type { Question } from '@/api/research';
import { keptAs, nextOpen, numbered } from './questions';

const question = (key: string, answered: boolean): Question => ({
  key,
  kind: 'field',
  scored: true,
  answered,
  value: null,
  known: null,
});

describe('the next open question', () => {
  const cases: [boolean[], number, number][] = [
    [[false, false, false], -1, 0],
    [[false, false, false], 0, 1],
    [[false, true, false], 0, 2],
    [[false, true, true], 1, 0],
    [[true, true, false], 2, 2],
    [[true, true, true], 0, -1],
    [[], -1, -1],
  ];
  test.each(cases)('of %j after %i is %i', (answered, after, expected) => {
    const questions = answered.map((one, index) => question(String(index), one));
    expect(nextOpen(questions, after)).toBe(expected);
  });
});

describe('answers with a number key', () => {
  const t = ((key: string) => key) as never;
  const field = (kind: string, options = 0): Field =>
    ({
      key: 'custom.x',
      kind,
      custom: true,
      options: Array.from({ length: options }, (_, i) => ({
        key: `k${i}`,
        label: { en: `E${i}`, ko: `K${i}` },
      })),
    }) as unknown as Field;
  test('are yes and no, and the options of a short choice', () => {
    expect(numbered(field('yes_no'), 'en', t).map((one) => one.value)).toEqual(['true', 'false']);
    expect(numbered(field('choice', 3), 'ko', t).map((one) => one.label)).toEqual(['K0', 'K1', 'K2']);
    expect(numbered(field('choice', 12), 'en', t)).toEqual([]);
    expect(numbered(field('choice'), 'en', t)).toEqual([]);
    expect(numbered(field('number'), 'en', t)).toEqual([]);
    expect(numbered(undefined, 'en', t)).toEqual([]);
  });
  test('are kept as what the field holds', () => {
    expect(keptAs(field('yes_no'), 'false')).toBe(false);
    expect(keptAs(field('choice', 2), 'k1')).toBe('k1');
  });
});
