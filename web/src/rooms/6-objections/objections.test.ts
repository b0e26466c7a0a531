import { expect, it } from 'vitest';
import { confirmer } from './objections';

const [ann, bo] = [{ person_id: 'ann' }, { person_id: 'bo' }];

it.each([
  ['whom one chose', [ann, bo], 'bo', 'ann', 'ann'],
  ['who raised it', [ann, bo], 'bo', null, 'bo'],
  ['the only one there is', [ann], null, null, 'ann'],
  ['the only one there is, when who raised it left', [ann], 'bo', null, 'ann'],
  ['nobody among several', [ann, bo], null, null, null],
  ['nobody where nobody is', [], 'bo', null, null],
  ['nobody who left meanwhile', [ann, bo], null, 'cleo', null],
])('an objection is settled by %s', (_, people, raisedBy, chosen, expected) => {
  expect(confirmer(people, raisedBy, chosen)).toBe(expected);
});
