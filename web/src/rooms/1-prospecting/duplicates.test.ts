import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { fieldKey, shownScore, strongest, thresholds } from './duplicates';
import { evidenceText } from './evidenceText';

const linkage = (file: string) =>
  readFileSync(new URL(`../../../../foundation/linkage/src/${file}`, import.meta.url), 'utf8');

/** Names as the matcher writes them. */
const fields = [...linkage('field.rs').matchAll(/Self::\w+ => "([a-z_0-9]+)"/g)].map(
  (found) => found[1] ?? '',
);
const levels = [...linkage('level.rs').matchAll(/^ {4}([A-Z][a-z]+) = \d/gm)].map((found) =>
  (found[1] ?? '').toLowerCase(),
);

beforeAll(() =>
  i18next.init({
    lng: 'en',
    resources: { en: { translation: en }, ko: { translation: ko } },
    interpolation: { escapeValue: false },
  }),
);

describe.each(['en', 'ko'])('in %s', (language) => {
  beforeAll(async () => {
    await i18next.changeLanguage(language);
  });

  it('every field and every level of the matcher has words', () => {
    expect(fields.length).toBeGreaterThan(15);
    expect(levels).toHaveLength(6);
    const keys = [
      ...fields.map((field) => fieldKey('person', field)),
      fieldKey('company', 'company'),
      ...levels.map((level) => `prospecting.evidence.level.${level}`),
    ];
    expect(keys.filter((key) => !i18next.exists(key))).toEqual([]);
  });
});

it.each([
  ['en', 'company', { field: 'domain', level: 'exact' }, 'same domain'],
  ['en', 'company', { field: 'company', level: 'similar' }, 'similar name'],
  ['en', 'person', { field: 'company', level: 'different' }, 'different company'],
  ['en', 'person', { field: 'family_name', level: 'close' }, 'family name, a letter or two apart'],
  ['ko', 'company', { field: 'company', level: 'exact' }, '회사명 같음'],
  ['ko', 'person', { field: 'email', level: 'weak' }, '이메일 일부 같음'],
  ['en', 'person', { field: 'shoe_size', level: 'exact' }, 'same shoe size'],
] as const)('evidence is worded in %s for a %s', async (language, kind, evidence, words) => {
  await i18next.changeLanguage(language);
  expect(evidenceText(i18next.t, kind, evidence)).toBe(words);
});

it('nobody is shown to be quite sure', () => {
  const shown = (score: number) => Object.values(shownScore(score));
  expect(shown(0.909)).toEqual([0.9, 0]);
  expect(shown(0.9999)).toEqual([0.999, 1]);
  expect(shown(0.9949)).toEqual([0.994, 1]);
  expect(shown(1)).toEqual([0.999, 1]);
});

it('the strongest reason is the one that weighs most for, however strongly another speaks against', () => {
  const evidence = [
    { field: 'city', level: 'different', bits: -9 },
    { field: 'company', level: 'similar', bits: 4.2 },
    { field: 'domain', level: 'exact', bits: 9.1 },
  ];
  expect(strongest(evidence)?.field).toBe('domain');
  expect(strongest(evidence.slice(0, 1))).toBeUndefined();
});

it('the server takes every threshold that is offered', () => {
  const routes = readFileSync(
    new URL('../../../../rooms/1-prospecting/src/duplicates/routes.rs', import.meta.url),
    'utf8',
  );
  const least = Number(/const LEAST: f64 = ([0-9.]+);/.exec(routes)?.[1]);
  expect(Math.min(...thresholds)).toBe(least);
  expect(Math.max(...thresholds)).toBe(1);
});
