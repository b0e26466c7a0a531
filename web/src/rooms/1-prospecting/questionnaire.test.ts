import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { differs, type IcpQuestion, nextUnanswered, parts } from './questionnaire';

const rules = new URL('../../../../rooms/1-prospecting/src/icp/questionnaire.rs', import.meta.url).pathname;

it('has words for every question and part, in both languages', () => {
  const asked = /(?:told|judged)\(\s*"([a-z_]+)"/g;
  const keys = [...readFileSync(rules, 'utf8').matchAll(asked)].map((found) => found[1] ?? '').sort();
  expect(keys).toHaveLength(30);
  for (const { prospecting } of [en, ko]) {
    expect(Object.keys(prospecting.questionnaire.question).sort()).toEqual(keys);
    expect(Object.keys(prospecting.questionnaire.part).sort()).toEqual([...parts].sort());
  }
});

it('goes to the next question without an answer, and round', () => {
  const question = (key: string): IcpQuestion => ({ key, part: 'firm', kind: 'text', answer: null });
  const questions = ['a', 'b', 'c', 'd'].map(question);
  const cases: [string[], string, string | null][] = [
    [['b', 'd'], 'a', 'b'],
    [['b', 'd'], 'b', 'd'],
    [['b', 'd'], 'd', 'b'],
    [['d'], 'd', null],
    [[], 'a', null],
  ];
  for (const [unanswered, after, next] of cases) {
    expect(nextUnanswered({ questions, unanswered }, after)).toBe(next);
  }
});

it('saves only what changed', () => {
  const kept = { words: ['saas'], evidence: 'data' as const };
  expect(differs(kept, [' saas ', ''], 'data')).toBe(false);
  expect(differs(kept, ['saas'], 'opinion')).toBe(true);
  expect(differs(kept, [], 'data')).toBe(true);
  expect(differs(null, [''], 'opinion')).toBe(false);
  expect(differs(null, ['x'], 'opinion')).toBe(true);
});
