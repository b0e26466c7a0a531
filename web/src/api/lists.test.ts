import { expect, it } from 'vitest';
import { openListOf, withList } from './lists';
import type { Condition } from './records';

const country: Condition = { field: 'country', op: 'eq', value: 'KR' };

it('opening a list keeps the other conditions, leaving it too', () => {
  const open = withList([country], 'a');
  expect(openListOf(open)).toBe('a');
  const other = withList(open, 'b');
  expect(openListOf(other)).toBe('b');
  expect(withList(other, null)).toEqual([country]);
  expect(openListOf([country])).toBeNull();
});
