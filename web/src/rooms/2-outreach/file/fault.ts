/** What the server says of a sequence's text that it cannot read, taken apart: where, and what is wrong. Pure. */
import type { TFunction } from 'i18next';

export interface TextFault {
  /** From 1; null where the whole text is meant. */
  line: number | null;
  column: number | null;
  /** The server's words, without the place. */
  words: string;
}

const place = /\bline (\d+),? column (\d+)/;

/** Takes `line 3: error: line 3 column 1: unknown field …` apart. */
export function faultOf(message: string): TextFault {
  const exact = place.exec(message);
  const line = exact?.[1] ?? /^line (\d+): /.exec(message)?.[1];
  const words = message
    .replace(/^line \d+: /, '')
    .replace(/^error: /, '')
    .replace(/^line \d+ column \d+: /, '')
    .replace(/ at line \d+,? column \d+$/, '');
  return {
    line: line === undefined ? null : Number(line),
    column: exact ? Number(exact[2]) : null,
    words,
  };
}

/** Sentences of the server that have a text of their own, and what they name. */
const sentences = [
  ['unknown', /^unknown (?:field|variant) `(?<what>[^`]*)`(?:, expected (?:one of )?(?<instead>.*))?$/],
  ['missing', /^missing field `(?<what>[^`]*)`/],
  ['twice', /^duplicate (?:field|mapping key)[ :]*`?(?<what>[^`]*)`?/],
  ['format', /^it should say (?<what>.*)$/],
  ['number', /^invalid u\d+/],
  ['tabs', /^tabs disallowed/],
  ['ends', /^unexpected end of (?:input|file|stream)/],
] as const;

/** What is wrong, in the reader's language; the server's own words where there is no text. */
export function faultWords(t: TFunction, { words }: TextFault): string {
  for (const [key, pattern] of sentences) {
    const found = pattern.exec(words);
    if (!found) continue;
    const what = found.groups?.what ?? '';
    const instead = (found.groups?.instead ?? '').replaceAll('`', '');
    if (key === 'unknown' && instead) return t('outreach.file.wrong.unknown_of', { what, instead });
    return t(`outreach.file.wrong.${key}`, { what });
  }
  return words;
}

export interface ExcerptLine {
  number: number;
  /** Before what is at fault; the whole line where nothing is marked. */
  text: string;
  /** What is at fault. */
  marked: string;
  after: string;
}

const around = 1;

/** The line at fault with its neighbours, and in it the word that begins at the column. */
export function excerptOf(text: string, { line, column }: TextFault): ExcerptLine[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r\n|\r|\n/);
  if (line === null || line < 1 || line > lines.length) return [];
  const from = Math.max(1, line - around);
  return lines.slice(from - 1, line + around).map((whole, at) => {
    const number = from + at;
    // Counted by letters: one beyond the basic plane is two units of a text here, and one to the server.
    const letters = [...whole];
    const start = number === line && column !== null ? column - 1 : letters.length;
    const rest = letters.slice(start).join('');
    const marked = /^[^\s:,]+|^\S|^\s+/.exec(rest)?.[0] ?? '';
    return {
      number,
      text: letters.slice(0, start).join(''),
      marked,
      after: rest.slice(marked.length),
    };
  });
}
