import { expect, it } from 'vitest';
import { type Criterion, firstTest, isWhole } from './icp';

const criterion = (test: Criterion['test']): Criterion => ({
  field: 'employees',
  test,
  role: { type: 'weight', half: 'to_us', weight: 5 },
});

it('a criterion just added is not tried yet, one with a bound or a word is', () => {
  for (const kind of ['number', 'choice', 'text']) expect(isWhole(criterion(firstTest(kind)))).toBe(false);
  expect(isWhole(criterion({ type: 'range', from: null, to: 500 }))).toBe(true);
  expect(isWhole(criterion({ type: 'choice', accepts: ['saas'] }))).toBe(true);
  expect(isWhole(criterion({ type: 'contains', keywords: ['pipeline'] }))).toBe(true);
});
