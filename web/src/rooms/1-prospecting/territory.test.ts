import { expect, it } from 'vitest';
import {
  concerned,
  conditionsOf,
  type Definition,
  grown,
  isWhole,
  longest,
  meanFit,
  measured,
  ruleOf,
  type Share,
  shifted,
} from './territory';

const share = (companies: number, more: Partial<Share> = {}): Share => ({
  companies,
  scored: 0,
  score_sum: 0,
  good_fit: 0,
  potential_minor: 0,
  potential_known: 0,
  open_deals: 0,
  open_tasks: 0,
  ...more,
});

const definition: Definition = {
  name: 'Korea',
  purpose: 'Answers in their language',
  rule: { where: [] },
  owner_id: 'kim',
  method: 'owner',
  members: [],
};

it('is looked ahead only when it could be saved', () => {
  const cases: [Partial<Definition>, boolean][] = [
    [{}, true],
    [{ purpose: ' ' }, false],
    [{ owner_id: '' }, false],
    [{ method: 'round_robin' }, false],
    [{ method: 'round_robin', members: [{ user_id: 'lee', capacity: null }] }, true],
    [{ method: 'capacity_weighted', members: [{ user_id: 'lee', capacity: null }] }, false],
    [{ method: 'capacity_weighted', members: [{ user_id: 'lee', capacity: 0 }] }, true],
  ];
  for (const [changes, whole] of cases) expect(isWhole({ ...definition, ...changes })).toBe(whole);
});

it('a rule and its conditions are the same, but for those without a value', () => {
  const rule = { where: ['country.in.KR,JP', 'domain.filled', 'custom.crm.eq.none'] };
  expect(ruleOf(conditionsOf(rule))).toEqual(rule);
  expect(ruleOf([{ field: 'country', op: 'in', value: '' }])).toEqual({ where: [] });
});

it('bars are as long as what they measure', () => {
  const person = { user_id: 'kim', before: share(3), after: share(9, { open_deals: 2, open_tasks: 5 }) };
  expect(longest([person], 'companies')).toBe(9);
  expect(longest([person], 'potential')).toBe(1);
  expect(measured(person.after, 'workload')).toBe(7);
  expect(concerned([person, { user_id: 'lee', before: share(0), after: share(0) }])).toEqual([person]);
});

it('the mean fit of nothing is not zero', () => {
  expect(meanFit(share(4))).toBeNull();
  expect(meanFit(share(4, { scored: 2, score_sum: 150 }))).toBe(75);
});

it('only overlaps that grew are warned of', () => {
  const overlap = (companies: number, before: number) => ({ first: 'a', second: 'b', companies, before });
  expect(grown([overlap(5, 5), overlap(6, 5), overlap(1, 3)])).toEqual([overlap(6, 5)]);
});

it('the first cannot go up nor the last down', () => {
  expect(shifted(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  expect(shifted(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  expect(shifted(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
});
