import { expect, it } from 'vitest';
import type { Product } from '@/api/generated/model';
import { bpOf, copyOf, linesOf, moved, newLine, newPack } from './offer';

const product = (id: string, parts: { product_id: string; quantity: string }[] = []): Product => ({
  id,
  content: { code: id, name: { en: `Name ${id}`, ko: '' }, unit: 'day', parts },
  revision: 1,
  cost: null,
  archived_at: null,
});

it('a line moves up and down, and stays where there is no further', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});

it('a bundle brings its parts as lines, each so many times', () => {
  const day = product('day');
  const set = product('set', [{ product_id: 'day', quantity: '4' }]);
  expect(linesOf(set, [day, set], undefined, 'ko').map((line) => [line.text, line.quantity])).toEqual([
    ['Name day', '4'],
  ]);
  expect(linesOf(day, [day], undefined, 'en')[0]).toMatchObject({
    product_id: 'day',
    unit: 'day',
    list_minor: null,
  });
});

it('a copied package has parts of its own, and its alternatives point among them', () => {
  const first = newLine({ text: 'a' });
  const pack = newPack('Good', [first, newLine({ text: 'b', alternative_to: first.id })]);
  const copy = copyOf(pack, 'Better');
  const ids = new Set([...pack.lines, ...copy.lines, pack, copy].map((one) => one.id));
  expect(ids.size).toBe(6);
  expect(copy.lines[1]?.alternative_to).toBe(copy.lines[0]?.id);
});

it('per cent become basis points within their range', () => {
  expect([bpOf(12.5), bpOf('17'), bpOf(-1), bpOf(120)]).toEqual([1250, 1700, 0, 10_000]);
});
