import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { excerptOf, faultOf, faultWords } from './fault';

/** As the server answers. */
const unknown =
  'line 3: error: line 3 column 1: unknown field `stepps`, expected one of sevenfold, name, goal, windows, steps';

describe('what the server says of a text', () => {
  it.each([
    [unknown, 3, 1, 'unknown field `stepps`, expected one of sevenfold, name, goal, windows, steps'],
    ['line 2: error: line 2 column 7: expected string scalar', 2, 7, 'expected string scalar'],
    ['line 1: unexpected end of input at line 1, column 1', 1, 1, 'unexpected end of input'],
    ['line 9: something', 9, null, 'something'],
    ['it should say sevenfold: sequence/1', null, null, 'it should say sevenfold: sequence/1'],
  ])('%s is taken apart', (message, line, column, words) => {
    expect(faultOf(message)).toEqual({ line, column, words });
  });
});

describe('what is wrong', () => {
  beforeAll(() =>
    i18next.init({
      resources: { en: { translation: en }, ko: { translation: ko } },
      interpolation: { escapeValue: false },
    }),
  );

  it.each([
    [unknown, '“stepps” is not known here. Known: sevenfold, name, goal, windows, steps.'],
    ['line 2: error: line 2 column 1: missing field `name`', '“name” is missing.'],
    ['it should say sevenfold: sequence/1', 'The file should say “sevenfold: sequence/1”.'],
    ['line 5: error: line 5 column 17: invalid u32', 'This is no whole number from 0.'],
    ['line 2: error: line 2 column 7: expected string scalar', 'expected string scalar'],
  ])('%s is said in the reader’s language', async (message, expected) => {
    await i18next.changeLanguage('en');
    expect(faultWords(i18next.t, faultOf(message))).toBe(expected);
    await i18next.changeLanguage('ko');
    const said = faultWords(i18next.t, faultOf(message));
    expect(said === expected).toBe(said === 'expected string scalar');
  });
});

describe('the lines shown', () => {
  const text = 'sevenfold: sequence/1\r\nname: 첫 대화\nstepps: []\n  - kind: fax\n';

  it('are the one at fault, marked from its column, and its neighbours', () => {
    expect(excerptOf(text, faultOf(unknown))).toEqual([
      { number: 2, text: 'name: 첫 대화', marked: '', after: '' },
      { number: 3, text: '', marked: 'stepps', after: ': []' },
      { number: 4, text: '  - kind: fax', marked: '', after: '' },
    ]);
    const [, fax] = excerptOf(text, { line: 4, column: 11, words: '' });
    expect(fax).toEqual({ number: 4, text: '  - kind: ', marked: 'fax', after: '' });
  });

  it('count letters, not units', () => {
    const [line] = excerptOf('name: 🙂 x', { line: 1, column: 9, words: '' });
    expect(line?.marked).toBe('x');
  });

  it('are none where the fault has no line, or lies behind the end', () => {
    expect(excerptOf(text, { line: null, column: null, words: '' })).toEqual([]);
    expect(excerptOf(text, { line: 5, column: 1, words: '' })).toEqual([]);
    expect(excerptOf('', { line: 4, column: 1, words: '' })).toEqual([]);
  });
});
