import { expect, test } from 'vitest';
import { emptyRow, isBlank, type ProspectAnswer, sendable, unfinished } from './prospects';

const row = (name: string) => ({ ...emptyRow, name });
const told = (at: number, outcome: ProspectAnswer['outcome']): ProspectAnswer => ({
  row: at,
  outcome,
  person_id: null,
  roles: [],
  same_as: null,
  errors: [],
});

test('blank rows are not sent, and empty texts are nothing', () => {
  expect(isBlank({ ...emptyRow, name: '  ' })).toBe(true);
  const sent = sendable([row('Ada '), emptyRow, { ...row('Bob'), title: ' CFO ', roles: ['champion'] }]);
  expect(sent.map((one) => [one.name, one.title, one.email, one.roles])).toEqual([
    ['Ada', null, null, null],
    ['Bob', 'CFO', null, ['champion']],
  ]);
});

test('what is left to decide keeps the row it was about, blank rows not counted', () => {
  const rows = [row('Ada'), emptyRow, row('Bob'), row('Cyd'), row('Dan'), row('Eve')];
  const answers = [
    told(0, 'created'),
    told(1, 'same_name'),
    told(2, 'known'),
    told(3, 'refused'),
    told(4, 'elsewhere'),
  ];
  expect(unfinished(rows, answers).map((one) => one.row.name)).toEqual(['Bob', 'Dan', 'Eve']);
});
