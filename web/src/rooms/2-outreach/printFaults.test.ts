import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { Problem } from '@/api/http';
import { messages as en } from '@/i18n/en';
import { printFaults } from './printFaults';

beforeAll(() => i18next.init({ lng: 'en', resources: { en: { translation: en } } }));

const pieces = ['Kim', 'Lee', 'Park', 'Choi', 'Jung'].map((person_name) => ({
  id: person_name,
  person_name,
}));
const lacksAddress = (at: number) => ({ field: `ids.${at}`, code: 'no_address', message: '' });
const refused = (errors: object[]) => new Problem(422, { code: 'validation', errors });

it('whose piece cannot be printed is named with the reason', () => {
  expect(printFaults(i18next.t, refused([lacksAddress(1)]), pieces)).toEqual([
    'Lee: The company has no postal address.',
  ]);
});

it('of many the first are named and the others counted', () => {
  const told = printFaults(i18next.t, refused([0, 1, 2, 3, 4].map(lacksAddress)), pieces);
  expect(told).toHaveLength(4);
  expect(told.at(-1)).toBe('And 2 more.');
});

it('what is at fault with no piece is not told here', () => {
  expect(printFaults(i18next.t, refused([{ field: 'ids', code: 'invalid', message: '' }]), pieces)).toEqual(
    [],
  );
  expect(printFaults(i18next.t, new Problem(0, { code: 'offline' }), pieces)).toEqual([]);
});
