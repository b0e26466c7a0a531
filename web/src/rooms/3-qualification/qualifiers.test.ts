import { expect, test } from 'vitest';
import type { Field } from '@/api/model';
import { judgeable, operatorsOf, plainKey } from './qualifiers';

const field = (key: string, custom = false, editable = true) =>
  ({ key, custom, editable, kind: 'text' }) as unknown as Field;

test('numbers are compared, words are listed, and anything can be filled', () => {
  expect(operatorsOf({ kind: 'number' })[0]).toBe('gte');
  expect(operatorsOf({ kind: 'choice' })[0]).toBe('in');
  expect(operatorsOf({ kind: 'yes_no' })).toEqual(['eq']);
  expect(operatorsOf({ kind: 'person' })).toEqual(['filled']);
  expect(operatorsOf(undefined)).toEqual(['filled']);
});

test('of a company every field somebody fills in can be judged, of a deal the own ones', () => {
  const fields = [
    field('region'),
    field('owner_id'),
    field('icp_score', false, false),
    field('custom.crm', true),
  ];
  expect(judgeable(fields, 'company').map((one) => one.key)).toEqual(['region', 'custom.crm']);
  expect(judgeable(fields, 'deal').map((one) => one.key)).toEqual(['custom.crm']);
  expect(plainKey('custom.crm')).toBe('crm');
});
