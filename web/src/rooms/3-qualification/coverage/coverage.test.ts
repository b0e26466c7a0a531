import { expect, it } from 'vitest';
import type { CommitteeMember } from '@/api/committee';
import { placed, unplaced } from './coverage';

const person = (name: string, roles: string[], stance: number | null): CommitteeMember => ({
  person_id: name,
  name,
  title: null,
  email: null,
  evidence: null,
  roles,
  stance,
});

it('people stand by what they do and how they stand to us, and who left stands nowhere', () => {
  const people = [
    person('Kim', ['decision_maker', 'user'], 2),
    person('Lee', ['champion'], null),
    person('Park', ['former', 'champion'], 1),
    person('Choi', [], null),
  ];
  const names = (part: Parameters<typeof placed>[1]) =>
    placed(people, part).map((cell) => cell.map((one) => one.name));
  expect(names('decides')).toEqual([[], [], [], [], ['Kim']]);
  expect(names('helps')).toEqual([[], [], ['Lee'], [], []]);
  expect(names('uses')).toEqual([[], [], [], [], ['Kim']]);
  expect(names('checks')).toEqual([[], [], [], [], []]);
  expect(unplaced(people).map((one) => one.name)).toEqual(['Choi']);
});
