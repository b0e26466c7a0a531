import { expect, it } from 'vitest';
import { moved, newKey, targetOf, wordOf } from './frameworks';

it('a target is one word of a list and back again', () => {
  for (const word of ['finding:goal', 'bant:need', 'role:champion', 'field:deal:size'])
    expect(wordOf(targetOf(word))).toBe(word);
  expect([targetOf(''), wordOf(null)]).toEqual([null, '']);
});

it('a question moves up and down, and a new one has a key of its own', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(newKey([{ key: 'question_2' }])).toBe('question_3');
});
