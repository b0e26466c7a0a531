import { expect, test } from 'vitest';
import { spell } from './page';

test('reading time is said in minutes and seconds', () => {
  expect([0, 9, 60, 754].map(spell)).toEqual(['0:00', '0:09', '1:00', '12:34']);
});
