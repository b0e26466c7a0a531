import { expect, it } from 'vitest';
import { type Criterion, firstTest, isWhole, lackingHalf } from './icp';

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

it('says which half no criterion belongs to', () => {
  const of = (half: 'to_us' | 'to_them'): Criterion => ({
    field: 'country',
    test: { type: 'choice', accepts: ['KR'] },
    role: { type: 'weight', half, weight: 5 },
  });
  const excluded: Criterion = { ...of('to_us'), role: { type: 'exclusion' } };
  expect(lackingHalf([of('to_us'), of('to_them')])).toBeUndefined();
  expect(lackingHalf([of('to_us'), excluded])).toBe('to_them');
  expect(lackingHalf([of('to_them')])).toBe('to_us');
  expect(lackingHalf([])).toBe('to_us');
});
