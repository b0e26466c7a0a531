import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messages as en } from './en';
import { messages as ko } from './ko';

const source = new URL('..', import.meta.url).pathname;

/** Every leaf of a tree of texts as `a.b.c`, plural forms folded into one key. */
function keysOf(tree: object, before = ''): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = before ? `${before}.${key}` : key;
    if (typeof value === 'string') keys.set(path.replace(/_(one|other)$/, ''), value);
    else for (const [inner, text] of keysOf(value as object, path)) keys.set(inner, text);
  }
  return keys;
}

function files(ending: RegExp): [string, string][] {
  return readdirSync(source, { recursive: true })
    .map(String)
    .filter((name) => ending.test(name) && !name.includes('.test.') && !name.startsWith('api/generated'))
    .map((name) => [name, readFileSync(join(source, name), 'utf8')]);
}

const english = keysOf(en);
const korean = keysOf(ko);
const code = files(/\.tsx?$/);

/** Keys written out, and beginnings of keys that end in something computed: `stage.${key}.name` begins `stage.`. */
function used(): { whole: Set<string>; patterns: RegExp[] } {
  const whole = new Set<string>();
  const patterns: RegExp[] = [];
  for (const [, text] of code) {
    for (const [, key] of text.matchAll(/['"]([a-z0-9_]+(?:\.[A-Za-z0-9_-]+)+)['"]/g))
      if (key) whole.add(key);
    for (const [, key] of text.matchAll(/`([a-z_]+\.[^`\s]*\$\{[^`\s]*)`/g)) {
      if (key)
        patterns.push(
          new RegExp(
            `^${key
              .replace(/\$\{[^}]*\}/g, '§')
              .replace(/[.*+?^()|[\]\\]/g, '\\$&')
              .replace(/§/g, '[^.]+')}$`,
          ),
        );
    }
  }
  return { whole, patterns };
}

describe('texts', () => {
  it('both languages have exactly the same keys', () => {
    expect([...korean.keys()].filter((key) => !english.has(key))).toEqual([]);
    expect([...english.keys()].filter((key) => !korean.has(key))).toEqual([]);
  });

  it('both languages put the same values into a text', () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
    const differing = [...english].filter(([key, text]) => {
      const other = korean.get(key) ?? '';
      return (
        JSON.stringify(values(text).filter((v) => v !== 'count')) !==
        JSON.stringify(values(other).filter((v) => v !== 'count'))
      );
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('no text is empty', () => {
    expect([...english, ...korean].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('every key that the code names exists', () => {
    const asked = new Set<string>();
    for (const [, text] of code) {
      for (const [, key] of text.matchAll(/\bt\(\s*(?:[^'"`()]*\?\s*)?'([^']+)'/g)) if (key) asked.add(key);
    }
    expect(asked.size).toBeGreaterThan(100);
    expect([...asked].filter((key) => !english.has(key))).toEqual([]);
  });

  it('every key is used by the code', () => {
    const { whole, patterns } = used();
    const unused = [...english.keys()].filter(
      (key) => !whole.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it('Korean texts are Korean: Hangul wherever English has a sentence', () => {
    const names = /^(Sevenfold|English|한국어|LinkedIn|SMS|ROI|IMAP|SMTP|CSV)$/;
    const foreign = [...korean].filter(
      ([, text]) => /[A-Za-z]{3,} [A-Za-z]{3,}/.test(text) && !/[가-힣]/.test(text) && !names.test(text),
    );
    expect(foreign).toEqual([]);
  });
});

describe('components', () => {
  it('hold no text of their own', () => {
    const found: string[] = [];
    for (const [name, text] of code.filter(([file]) => file.endsWith('.tsx'))) {
      for (const [, words] of text.matchAll(/>\s*([A-Za-z가-힣][^<>{}=;()]*[A-Za-z가-힣.!?])\s*<\//g)) {
        if (words && !/^(Promise|string|number|unknown|void|Record)\b/.test(words))
          found.push(`${name}: ${words.trim()}`);
      }
      for (const [, attribute, words] of text.matchAll(
        /\b(label|title|placeholder|aria-label|alt|description|legend)="([^"]*[A-Za-z가-힣][^"]*)"/g,
      )) {
        found.push(`${name}: ${attribute}="${words}"`);
      }
    }
    expect(found).toEqual([]);
  });
});
