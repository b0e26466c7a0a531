import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '@/api/http';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { problemText } from './problems';

const house = new URL('../../..', import.meta.url).pathname;
const rooms = readdirSync(join(house, 'rooms')).map((room) => `rooms/${room}`);
const crates = ['foundation/http', 'records', 'process', ...rooms, 'insight', 'server'];
const sources = crates.flatMap((crate) =>
  readdirSync(join(house, crate, 'src'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.rs') && !name.endsWith('tests.rs'))
    .map((name) => join(crate, 'src', name)),
);
const read = (name: string) => readFileSync(join(house, name), 'utf8');

function found(pattern: RegExp, files = sources): string[] {
  return files.flatMap((file) => [...read(file).matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** Codes that a refused request as a whole can have. */
const codes = new Set([
  ...found(/(?:Problem|Self)::conflict\(\s*"([a-z_]+)"/g),
  ...found(/(?:Problem|Self)::new\(\s*(?:[\w:]+|status),\s*"([a-z_]+)"/g),
  ...found(/Self::new\([^"]*"([a-z_]+)", detail\)/g, ['foundation/http/src/problem.rs']),
  ...found(/StatusCode::\w+ => "([a-z_]+)"/g, ['server/src/layers/problems.rs']),
  ...found(/Self::[^=\n]* => "([a-z]+_?[a-z_]+)",/g, ['process/src/transition/model.rs']).filter(
    (code) => code in en.error.code,
  ),
]);

/** Codes that a field at fault can have. */
const fieldCodes = new Set([
  ...found(
    /(?:FieldError::new|Problem::field|\.complain)\(\s*(?:&?\w+!?\((?:[^()]|\([^)]*\))*\)|[^,()]+(?:\(\))?)\s*,\s*"([a-z_]+)"/g,
  ),
  ...found(/Err\(\("([a-z_]+)",/g, ['records/src/write/shape.rs']),
  ...found(/CriterionProblem::.*, "([a-z_]+)"\),/g, ['rooms/1-prospecting/src/profile.rs']),
]);

/** Why somebody is not put into a sequence. */
const refusals = found(/^ {4}\("([a-z_]+)", "/gm, ['rooms/2-outreach/src/sequence/refusal.rs']);

describe.each([
  ['English', en],
  ['Korean', ko],
])('%s', (_, texts) => {
  const missing = (all: Iterable<string>, known: object) => [...all].filter((code) => !(code in known));

  it('has a text for every problem the server can answer', () => {
    expect(codes.size).toBeGreaterThan(40);
    expect(missing(codes, texts.error.code)).toEqual([]);
  });

  it('has a text for everything that can be wrong with a field', () => {
    expect(fieldCodes.size).toBeGreaterThan(12);
    expect(missing(fieldCodes, texts.error.field)).toEqual([]);
  });

  it('says why somebody is not put into a sequence', () => {
    expect(refusals.length).toBeGreaterThan(5);
    expect(missing(refusals, texts.outreach.enrol.refused)).toEqual([]);
  });
});

it('has no text for a problem that nobody answers', () => {
  const ours = ['offline', 'unexpected'];
  const known = (code: string) => ours.includes(code) || codes.has(code);
  expect(Object.keys(en.error.code).filter((code) => !known(code))).toEqual([]);
  expect(Object.keys(en.error.field).filter((code) => !fieldCodes.has(code))).toEqual([]);
});

describe('what is told of a problem', () => {
  const refused = (errors: object[]) => new Problem(422, { code: 'validation', detail: 'x', errors });
  beforeAll(() =>
    i18next.init({
      lng: 'en',
      resources: { en: { translation: en }, ko: { translation: ko } },
      interpolation: { escapeValue: false },
    }),
  );

  it.each([
    [
      'en',
      { field: 'steps.2.subject', code: 'too_long', message: 'one line of at most 500 characters' },
      'Subject: One line of at most 500 characters.',
    ],
    [
      'ko',
      { field: 'steps.2.subject', code: 'too_long', message: 'one line of at most 500 characters' },
      '제목: 너무 깁니다.',
    ],
    [
      'ko',
      { field: 'windows.always', code: 'not_allowed', message: 'closed networks only' },
      '발송 시간: 시간 제한 없는 발송은 폐쇄망에서만 쓸 수 있습니다. 발송 시간을 정하세요.',
    ],
    ['ko', { field: 'custom.size', code: 'new_code', message: 'server words' }, 'server words'],
  ])('in %s a field is named and its fault said', async (language, error, expected) => {
    await i18next.changeLanguage(language);
    expect(problemText(i18next.t, refused([error]))).toBe(expected);
  });

  it('the server’s words stand in only for a code without a text', async () => {
    await i18next.changeLanguage('ko');
    expect(
      problemText(i18next.t, new Problem(409, { code: 'settled', detail: 'the objection is settled' })),
    ).toBe('이미 해소된 이의입니다.');
    expect(
      problemText(i18next.t, new Problem(409, { code: 'brand_new', detail: 'as the server says' })),
    ).toBe('as the server says');
    const inTheFile = new Problem(422, { code: 'unreadable_file', detail: '열이 20000개입니다' });
    expect(problemText(i18next.t, inTheFile)).toBe('열이 20000개입니다.');
    expect(problemText(i18next.t, new TypeError('x'))).toBe(ko.error.code.unexpected);
  });
});
