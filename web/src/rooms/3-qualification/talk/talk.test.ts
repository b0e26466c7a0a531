import { expect, test } from 'vitest';
import { clock, has, rowsOf, turnsOf } from './talk';

test('a second of a talk is told as on a clock', () => {
  expect([0, 9.9, 62, 3600, 3723.4].map(clock)).toEqual(['0:00', '0:09', '1:02', '1:00:00', '1:02:03']);
});

test('a piece is found by all words, in any case, also by who says it', () => {
  const cue = { start: 0, end: 1, speaker: 'Ann', text: 'About forty a Week' };
  expect(['week', 'ann forty', 'forty days', ''].map((words) => has(cue, words))).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('a measure opens to its rows', () => {
  const moment = { side: 'rep' as const, cue: 0, seconds: 1, text: null };
  const moments = [
    { ...moment, kind: 'pause' as const },
    { ...moment, kind: 'question' as const },
  ];
  expect(rowsOf(moments, 'pause')).toHaveLength(1);
});

test('a turn begins where somebody else speaks, in the order of the talk', () => {
  const cue = (start: number, speaker: string | null) => ({ start, end: start + 1, speaker, text: '' });
  expect(turnsOf([cue(5, 'Ben'), cue(0, 'Ann'), cue(2, 'Ann'), cue(9, null)])).toEqual([1, 0, 3]);
  expect(turnsOf([])).toEqual([]);
});
