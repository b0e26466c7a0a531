import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { bodyOf, keysOf, type Say, stopReason, valuesOf } from './eventWords';

const house = new URL('../../../..', import.meta.url).pathname;

/** Every kind of event that records, the process and the rooms write: the constants they name them by. */
function kindsOfTheServer(): string[] {
  const crates = ['records', 'process', ...readdirSync(join(house, 'rooms')).map((room) => `rooms/${room}`)];
  const sources = crates.flatMap((crate) =>
    readdirSync(join(house, crate, 'src'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.rs'))
      .map((name) => readFileSync(join(house, crate, 'src', name), 'utf8')),
  );
  const named = /const [A-Z_]+: &str =\s*"([a-z_]+\.[a-z_]+)";/g;
  return [
    ...new Set(sources.flatMap((source) => [...source.matchAll(named)].map((found) => found[1] ?? ''))),
  ];
}

const inEnglish: Say = (key, otherwise) => {
  const found = key.split('.').reduce<unknown>((tree, part) => (tree as Record<string, unknown>)?.[part], en);
  return typeof found === 'string' ? found : otherwise;
};

describe('the timeline', () => {
  it('has words for every kind of event, in both languages', () => {
    const kinds = kindsOfTheServer();
    expect(kinds.length).toBeGreaterThan(60);
    const missing = (texts: object) =>
      kinds.map((kind) => kind.replace('.', '_')).filter((kind) => !(kind in texts));
    expect(missing(en.timeline.event)).toEqual([]);
    expect(missing(ko.timeline.event)).toEqual([]);
  });

  it('has words for no kind that nobody writes', () => {
    const kinds = kindsOfTheServer().map((kind) => kind.replace('.', '_'));
    const known = (key: string) => kinds.some((kind) => key === kind || key.startsWith(`${kind}_`));
    expect(Object.keys(en.timeline.event).filter((key) => !known(key))).toEqual([]);
  });
});

it('what an event became has a text of its own before the one of its kind', () => {
  expect(keysOf('enrolment.moved', { before: 'active', after: 'replied' })).toEqual([
    'enrolment_moved_replied',
    'enrolment_moved',
  ]);
  expect(keysOf('objection.moved', { step: 'confirm' })[0]).toBe('objection_moved_confirm');
  expect(keysOf('deal.moved', { from_stage: 'closing', to_stage: 'closing', to_status: 'won' })[0]).toBe(
    'deal_moved_ended',
  );
  expect(keysOf('deal.moved', { from_stage: 'offer', to_stage: 'closing', to_status: 'open' })).toEqual([
    'deal_moved',
  ]);
  expect(keysOf('deal.committee_changed', { after: null })[0]).toBe('deal_committee_changed_left');
  expect(keysOf('note.added', { body: 'x' })).toEqual(['note_added']);
  expect(keysOf('lead.arrived', { new_person: true })).toEqual(['lead_arrived_new', 'lead_arrived']);
  expect(bodyOf('lead.arrived', { message: 'How much is it?' }, inEnglish)).toBe('How much is it?');
});

it('words of the server are read, words of people are kept', () => {
  expect(stopReason(inEnglish, 'deal_won')).toBe('the deal is won');
  expect(stopReason(inEnglish, 'suppressed_unsubscribe')).toBe('they unsubscribed');
  expect(stopReason(inEnglish, 'They asked for a call instead')).toBe('They asked for a call instead');
  expect(stopReason(inEnglish, null)).toBe('');
});

it('stages, levels of awareness and grades stand at both ends of a change', () => {
  const ends = (kind: string, data: Record<string, unknown>) => {
    const { from, to } = valuesOf(kind, data, inEnglish);
    return [from, to];
  };
  expect(ends('deal.moved', { from_stage: 'offer', to_stage: 'closing' })).toEqual(['Offer', 'Closing']);
  expect(ends('awareness.moved', { from: 'unaware', to: 'most_aware' })).toEqual(['Unaware', 'Most aware']);
  expect(ends('icp.grade_changed', { before: { grade: 'C' }, after: { grade: 'A' } })).toEqual(['C', 'A']);
});

it('what was said stands beneath the title', () => {
  const body = (kind: string, data: Record<string, unknown>) => bodyOf(kind, data, inEnglish);
  expect(body('objection.moved', { step: 'ask', said: { question: 'Why?', answer: 'Cost' } })).toBe(
    'Why?\nCost',
  );
  expect(body('deal.moved', { reason: 'no_need' })).toBe('No need');
  expect(body('deal.moved', { reasons: { value_touches: 'Agreed' } })).toBe('Two value touches: Agreed');
  expect(body('deal.committee_changed', { after: { roles: ['champion'], evidence: 'Said so' } })).toBe(
    'Champion\nSaid so',
  );
  expect(body('reply.received', { excerpt: ' Call me ' })).toBe('Call me');
  expect(body('enrolment.moved', { reason: 'meeting' })).toBe('');
});

it('a merge names what was merged, and says when nobody looked', () => {
  const told = (data: Record<string, unknown>) => [
    keysOf('company.merged', data)[0],
    valuesOf('company.merged', data, inEnglish).merged,
  ];
  expect(told({ merged_name: 'Acme Inc', automatic: false })).toEqual(['company_merged', 'Acme Inc']);
  expect(told({ merged_name: 'Acme Inc', automatic: true })).toEqual([
    'company_merged_automatic',
    'Acme Inc',
  ]);
});
