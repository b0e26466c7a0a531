import { expect, it } from 'vitest';
import { conditionText, listParams, readCondition } from './records';

const operators = ['eq', 'contains', 'in', 'empty'];

it('a condition survives being written into an address', () => {
  const condition = { field: 'custom.crm', op: 'eq', value: 'a.b.c' };
  expect(readCondition(conditionText(condition), operators)).toEqual(condition);
});
it('a condition without value is read, one without operator is not', () => {
  expect(readCondition('domain.empty.', operators)).toEqual({ field: 'domain', op: 'empty', value: '' });
  expect(readCondition('nonsense', operators)).toBeNull();
});
it('conditions, words and order become parameters, empty ones do not', () => {
  expect(listParams({ where: ['stage.eq.offer', 'value.gte.5'], q: '한빛', sort: '' }).toString()).toBe(
    'where=stage.eq.offer&where=value.gte.5&q=%ED%95%9C%EB%B9%9B',
  );
});
