import { afterEach, expect, it, vi } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import {
  adviceOf,
  type BestHour,
  type ChannelAdvice,
  type ChannelChance,
  channels,
  clockThere,
  hourKey,
  inReach,
  scaleOf,
  whyKeys,
} from './advice';
import { topThree } from './FitCell';

function chance(channel: ChannelChance['channel'], more: Partial<ChannelChance> = {}): ChannelChance {
  const figures = { p: 0.02, low: 0.01, high: 0.04, utility: 0.02, minutes: 2, touches: 0 };
  return { channel, access: 'verified', basis: 'assumption', ...figures, ...more };
}

function advice(more: Partial<ChannelAdvice>): ChannelAdvice {
  const none = { path: [], phone: null, fit: null, best_hour: null };
  const usual = { close_call: false, preferred: false, tried: false, usual: 'email' as const, ...none };
  return { person_id: 'a', first: 'email', channels: channels.map((one) => chance(one)), ...usual, ...more };
}

afterEach(() => vi.unstubAllGlobals());

it('says why, from what the advice says', () => {
  const cases: [ChannelAdvice, string[]][] = [
    [advice({}), ['chance', 'basis_assumption', 'receptive']],
    [advice({ first: null }), ['none']],
    [advice({ first: 'postal', preferred: true }), ['preferred', 'chance', 'basis_assumption']],
    [advice({ first: 'phone', phone: 'only_way' }), ['phone_only_way', 'chance', 'basis_assumption']],
    [
      advice({ close_call: true, path: ['linkedin', 'email', 'phone'] }),
      ['chance', 'basis_assumption', 'close', 'path', 'phone_later', 'receptive'],
    ],
    [
      advice({ first: 'linkedin', channels: [chance('linkedin', { access: 'unverified', basis: 'own' })] }),
      ['chance', 'basis_own', 'unverified'],
    ],
    [
      advice({ first: null, channels: [chance('email', { access: 'not_lawful' })] }),
      ['none', 'mail_unlawful'],
    ],
    [advice({ first: 'postal', tried: true }), ['tried', 'chance', 'basis_assumption']],
  ];
  for (const [given, keys] of cases) expect(whyKeys(given)).toEqual(keys);
});

it('has words for every reason in both languages', () => {
  const why = Object.keys(en.prospecting.advice.why).sort();
  expect(Object.keys(ko.prospecting.advice.why).sort()).toEqual(why);
  const grounds = ['only_way', 'asked_for', 'unanswered', 'works_here', 'later'].map((one) => `phone_${one}`);
  const others = [
    'none',
    'mail_unlawful',
    'preferred',
    'tried',
    'chance',
    'unverified',
    'close',
    'path',
    'receptive',
  ];
  const bases = ['article', 'assumption', 'own'].map((one) => `basis_${one}`);
  expect(why).toEqual([...grounds, ...others, ...bases].sort());
});

it('asks once for everybody asked about at the same moment', async () => {
  const asked: string[][] = [];
  vi.stubGlobal('localStorage', { getItem: () => null });
  vi.stubGlobal('fetch', async (_: unknown, init: RequestInit) => {
    const { person_ids } = JSON.parse(String(init.body)) as { person_ids: string[] };
    asked.push(person_ids);
    const found = person_ids.filter((id) => id !== 'gone').map((person_id) => advice({ person_id }));
    return new Response(JSON.stringify(found), { headers: { 'content-type': 'application/json' } });
  });
  const [a, again, gone] = await Promise.all([adviceOf('a'), adviceOf('a'), adviceOf('gone')]);
  expect(asked).toEqual([['a', 'gone']]);
  expect([a?.person_id, again?.person_id, gone]).toEqual(['a', 'a', null]);
});

it('shows three reasons for, or the one that excludes', () => {
  const word = (points: number, exclusion = false) => ({
    key: `${points}`,
    text: `${points}`,
    points,
    exclusion,
  });
  expect(topThree([word(9), word(5), word(3), word(-4)]).map((one) => one.points)).toEqual([9, 5, 3]);
  expect(topThree([word(0, true), word(5)])).toEqual([word(0, true)]);
});

it('draws the channels in reach on one scale and names the others', () => {
  const given = [
    chance('linkedin', { access: 'unverified', high: 0.061 }),
    chance('email', { high: 0.032 }),
    chance('phone', { access: 'refused', high: 0.9 }),
    chance('sms', { access: 'no_address' }),
  ];
  const [reached, rest] = inReach(given);
  expect(reached.map((one) => one.channel)).toEqual(['linkedin', 'email']);
  expect(rest.map((one) => one.channel)).toEqual(['phone', 'sms']);
  expect(scaleOf(reached)).toBe(0.1);
  expect(scaleOf([chance('sms', { high: 0.01 })])).toBe(0.05);
  expect(scaleOf([chance('sms', { high: 0.05 })])).toBe(0.05);
  expect(scaleOf([chance('in_person', { high: 1 })])).toBe(1);
  expect(scaleOf([])).toBe(0.05);
});

it('says of an hour what it rests on, on the clock of whom it is about', () => {
  const hour = (more: Partial<BestHour>): BestHour => ({
    at: '2026-11-27T01:00:00Z',
    hour: 10,
    zone: 'Asia/Seoul',
    p: 0.03,
    low: 0.01,
    high: 0.05,
    mean: 0.02,
    basis: 'assumption',
    sends: 0,
    ...more,
  });
  const table: [Partial<BestHour>, string][] = [
    [{}, 'assumption'],
    [{ p: 0.02 }, 'mean'],
    [{ basis: 'own', sends: 9 }, 'better'],
    [{ basis: 'own', sends: 9, p: 0.01 }, 'own'],
  ];
  for (const [given, key] of table) expect(hourKey(hour(given))).toBe(key);
  expect(clockThere('en', hour({}).at, 'Asia/Seoul')).toMatch(/Fri.*10:00/);
  expect(clockThere('en', hour({}).at, 'America/New_York')).toMatch(/Thu.*8:00/);
});
