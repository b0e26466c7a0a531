import { expect, it } from 'vitest';
import type { Field, RecordBase } from '@/api/model';
import { choose, compared } from './compare';

const field = (key: string, more: Partial<Field> = {}): Field => ({
  key,
  label: { en: key, ko: key },
  kind: 'text',
  options: [],
  unit: null,
  custom: key.startsWith('custom.'),
  sortable: false,
  editable: true,
  required: false,
  multiline: false,
  ...more,
});

const record = (values: Record<string, unknown>): RecordBase => ({
  id: '',
  revision: 1,
  created_at: '',
  updated_at: '',
  deleted_at: null,
  ...values,
});

const fields = ['name', 'city', 'country', 'phone', 'tags', 'source', 'custom.size', 'custom.old'].map(
  (key) => field(key),
);
const a = record({ name: 'Acme', city: 'Seoul', tags: ['x'], source: 'fair', custom: { size: 3 } });
const b = record({
  name: 'Acme',
  city: 'Busan',
  country: 'KR',
  tags: ['y'],
  source: 'web',
  custom: { size: 4, old: true },
});
const differences = [{ field: 'city' }, { field: 'custom.size' }];

const told = (keep: 'a' | 'b', changes: Record<string, unknown>, choices = {}) =>
  Object.fromEntries(
    compared('company', fields, { a, b }, keep, { changes, differences }, choices).map((one) => [
      one.field.key,
      `${one.fate} ${one.takes}`,
    ]),
  );

it('says of every field that says something what becomes of it', () => {
  expect(told('a', { country: 'KR', tags: ['x', 'y'], custom: { old: true } })).toEqual({
    name: 'same both',
    city: 'choice a',
    country: 'fills b',
    tags: 'united both',
    source: 'stays a',
    'custom.size': 'choice a',
    'custom.old': 'fills b',
  });
});

it('a choice holds when the other record stays, and what only that one says stays', () => {
  expect(told('b', { tags: ['y', 'x'] }, { city: 'a' })).toMatchObject({
    city: 'choice a',
    country: 'stays b',
    'custom.size': 'choice b',
    'custom.old': 'stays b',
  });
});

it('a person’s addresses stand in their lists, the parts of a name in the name', () => {
  const all = ['name', 'given_name', 'family_name', 'email', 'emails', 'created_at'].map((key) =>
    field(key, { editable: key !== 'created_at' }),
  );
  const one = record({ name: 'Bo', given_name: 'Bo', email: 'b@x.kr', emails: [{ value: 'b@x.kr' }] });
  const two = record({ name: 'Bo Kim', given_name: 'Bo', email: 'k@x.kr', emails: [{ value: 'k@x.kr' }] });
  const rows = compared(
    'person',
    all,
    { a: one, b: two },
    'a',
    { changes: {}, differences: [{ field: 'name' }] },
    {},
  );
  expect(rows.map((row) => `${row.field.key} ${row.fate}`)).toEqual(['name choice', 'emails united']);
});

it('asks only for values of the record that goes', () => {
  expect(choose('a', { city: 'b', 'custom.size': 'a' }, differences)).toEqual({ city: 'merged' });
  expect(choose('b', { city: 'b', 'custom.size': 'a' }, differences)).toEqual({ 'custom.size': 'merged' });
  expect(choose('a', { gone: 'b' }, differences)).toEqual({});
});
