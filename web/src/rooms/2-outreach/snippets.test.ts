import { describe, expect, it } from 'vitest';
import type { Snippet } from '@/api/generated/model';
import { bodyOf, keyFrom, painsOf, valuesOf } from './snippets';

describe('snippets', () => {
  it('a name proposes a key that mails can name', () => {
    const table: [string, string][] = [
      ['Late parts', 'late_parts'],
      ['  Über uns! ', 'u_ber_uns'],
      ['2026 review', 'review'],
      ['납기 지연', ''],
      ['x'.repeat(60), 'x'.repeat(40)],
    ];
    for (const [name, key] of table) expect(keyFrom(name)).toBe(key);
  });

  it('an empty language is left out, and only stories have pains and an owner', () => {
    const values = {
      ...valuesOf(null, 'me'),
      name: 'Late',
      key: 'late',
      en: 'So',
      ko: ' ',
      pains: ['late parts'],
    };
    expect(bodyOf({ ...values, kind: 'story' })).toMatchObject({
      texts: { en: 'So' },
      pains: ['late parts'],
      owner_id: 'me',
    });
    expect(bodyOf(values)).toMatchObject({ pains: [], owner_id: null });
  });

  it('pains are offered once', () => {
    const of = (...pains: string[]) => ({ pains }) as Snippet;
    expect(painsOf([of('scrap', 'late parts'), of('late parts')])).toEqual(['late parts', 'scrap']);
  });
});
