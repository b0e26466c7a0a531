import { afterEach, expect, it, vi } from 'vitest';
import { api, Problem } from '@/api/http';
import { hasMergeField, isTheirs, makePieces } from './makePieces';

const people = ['kim', 'lee', 'park'].map((id) => ({ id, name: id }));
const text = { form: { kind: 'letter' }, body: 'Hello', goal: '' } as const;

/** The server makes a piece for everybody but those who are refused. */
function answers(refusals: Record<string, Problem>) {
  vi.spyOn(api, 'post').mockImplementation(async (_path, body) => {
    const { person_id } = body as { person_id: string };
    const refusal = refusals[person_id];
    if (refusal) throw refusal;
    return { person_id };
  });
}

afterEach(() => vi.restoreAllMocks());

it('who takes no post is told apart, and the others get theirs', async () => {
  answers({ lee: new Problem(409, { code: 'no_post' }) });
  const told: number[] = [];
  const made = await makePieces(people, text, (done) => told.push(done));
  expect(made.pieces.map((one) => one.person_id)).toEqual(['kim', 'park']);
  expect(made.refused.map((one) => one.person.id)).toEqual(['lee']);
  expect(made.error).toBeNull();
  expect(told.at(-1)).toBe(3);
});

it('what is wrong with the piece itself ends it, and what was made is known', async () => {
  const wrong = new Problem(422, { code: 'validation', errors: [{ field: 'body', code: 'too_long' }] });
  answers({ park: wrong });
  const made = await makePieces(people, text, () => undefined);
  expect(made.pieces.map((one) => one.person_id)).toEqual(['kim', 'lee']);
  expect(made.error).toBe(wrong);
});

it('a person who is gone is no fault of the piece; no answer is', () => {
  const gone = [{ field: 'person_id', code: 'not_found', message: '' }];
  expect(isTheirs(new Problem(422, { code: 'validation', errors: gone }))).toBe(true);
  expect(isTheirs(new Problem(0, { code: 'offline' }))).toBe(false);
});

it('a field to be filled in is seen', () => {
  expect(hasMergeField('Dear {{ person.name }}')).toBe(true);
  expect(hasMergeField('Dear Kim {or} Lee')).toBe(false);
});
