import { expect, it } from 'vitest';
import { countries, countryName, currencyOf } from './regions';

it('lists the countries of today in the language of the reader', () => {
  const korean = countries('ko');
  expect(korean.find((one) => one.value === 'KR')?.label).toBe('대한민국');
  expect(korean.length).toBeGreaterThan(240);
  expect(korean.length).toBeLessThan(262);
  expect(korean.map((one) => one.value)).not.toContain('SU');
});
it('names a country by its code and leaves other text alone', () => {
  expect(countryName('en', 'kr')).toBe('South Korea');
  expect(countryName('en', 'Somewhere')).toBe('Somewhere');
});
it('proposes the currency of a country', () => {
  expect([currencyOf('KR'), currencyOf('DE'), currencyOf('BR')]).toEqual(['KRW', 'EUR', 'USD']);
});
