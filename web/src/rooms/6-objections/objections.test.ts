import { expect, it } from 'vitest';
import { confirmer, stepOf } from './objections';

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

const at = '2026-11-23T00:00:00Z';
const standing = {
  state: 'open' as const,
  acknowledged: null as string | null,
  questions: [] as { id: string; question: string; answer: string | null; at: string }[],
  raised_at: at,
  questions_skipped: false,
};
const asked = (answer: string | null, when = at) => [{ id: 'q', question: 'Why?', answer, at: when }];

it.each([
  ['acknowledge', {}],
  ['ask', { acknowledged: 'I see' }],
  ['listen', { acknowledged: 'I see', state: 'probing' as const, questions: asked(null) }],
  ['answer', { state: 'probing' as const, questions: asked('Cost') }],
  ['acknowledge', { questions: asked('Cost', '2026-11-01T00:00:00Z') }],
  ['confirm', { state: 'answered' as const }],
  [null, { state: 'confirmed' as const }],
  [null, { state: 'withdrawn' as const }],
])('an objection waits for %s', (expected, change) => {
  expect(stepOf({ ...standing, ...change })).toBe(expected);
});
