import { describe, expect, it } from 'vitest';
import type { Field } from '@/api/model';
import { firstSource, mayFill, proposalsOf, type SaidValue, secretsOf, surestOf } from './enrichment';
import { choicesIn } from './SourceMapping';

const field = (key: string, kind: string, editable = true) =>
  ({ key, kind, editable, custom: false }) as unknown as Field;

describe('sources of values', () => {
  it('a new source asks nobody before it is switched on', () => {
    expect(firstSource('New').enabled).toBe(false);
  });

  it('asks for every secret its template names, once', () => {
    const request = {
      method: 'POST' as const,
      url: 'https://api.example.com/{{ domain }}?k={{ secret.key }}',
      headers: [{ name: 'Authorization', value: "Basic {{ (secret.user ~ ':' ~ secret.key) | base64 }}" }],
      body: '{ "token": "{{secret.token_2}}" }',
    };
    expect(secretsOf(request)).toEqual(['key', 'user', 'token_2']);
    expect(secretsOf(null)).toEqual([]);
  });

  it.each([
    ['employees', 'number', true, true],
    ['custom.segment', 'choice', true, true],
    ['owner_id', 'user', true, false],
    ['company_id', 'company', true, false],
    ['lawful_basis', 'choice', true, false],
    ['icp_score', 'number', false, false],
  ])('%s (%s) may be filled in: %4$s', (key, kind, editable, expected) => {
    expect(mayFill(field(key, kind, editable))).toBe(expected);
  });

  it('two sources that say the same are one proposal, and of two for one field the surest is accepted with all', () => {
    const said = (id: string, field: string, value: unknown, confidence: number) =>
      ({ id, field, value, confidence, current: 'x', state: 'proposed' }) as unknown as SaidValue;
    const values = [
      said('1', 'city', 'Seoul', 0.5),
      said('2', 'city', 'Seoul', 0.6),
      said('3', 'city', 'Busan', 0.9),
    ];
    const rejected = { ...said('4', 'phone', '1', 1), state: 'rejected' } as SaidValue;
    const proposals = proposalsOf([...values, said('5', 'address', 'A', 0.1), rejected]);
    expect(proposals.map((one) => one.said.map((each) => each.id))).toEqual([['5'], ['3'], ['1', '2']]);
    expect(surestOf(proposals).map((one) => one.value)).toEqual(['A', 'Busan']);
  });

  it('reads words of theirs and ours', () => {
    expect(choicesIn('SaaS = software,Games=games, half =, = none')).toEqual([
      { from: 'SaaS', to: 'software' },
      { from: 'Games', to: 'games' },
    ]);
  });
});
