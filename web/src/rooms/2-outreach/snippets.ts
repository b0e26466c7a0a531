import { queryOptions } from '@tanstack/react-query';
import type { NewSnippet, Snippet } from '@/api/generated/model';
import { api } from '@/api/http';

export const snippetsQuery = queryOptions({
  queryKey: ['/snippets'],
  queryFn: () => api.get<Snippet[]>('/snippets'),
});

/** A snippet while it is written: a text in each language, either of which may be empty. */
export interface SnippetValues {
  name: string;
  key: string;
  kind: 'text' | 'story';
  en: string;
  ko: string;
  pains: string[];
  owner_id: string | null;
}

export function valuesOf(snippet: Snippet | null, owner: string | null): SnippetValues {
  return {
    name: snippet?.name ?? '',
    key: snippet?.key ?? '',
    kind: snippet?.kind ?? 'text',
    en: snippet?.texts.en ?? '',
    ko: snippet?.texts.ko ?? '',
    pains: snippet?.pains ?? [],
    owner_id: snippet ? (snippet.owner_id ?? null) : owner,
  };
}

/** As the server takes it. */
export function bodyOf({ en, ko, ...values }: SnippetValues): NewSnippet {
  const texts = { ...(en.trim() ? { en } : {}), ...(ko.trim() ? { ko } : {}) };
  const story = values.kind === 'story';
  return {
    ...values,
    texts,
    pains: story ? values.pains : [],
    owner_id: story ? values.owner_id : null,
  };
}

/** A key from a name: what is neither a small letter nor a figure becomes `_`. Hangul names give none. */
export function keyFrom(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '');
  return plain.slice(0, 40);
}

/** Every pain that a story is about, to choose from. */
export function painsOf(snippets: readonly Snippet[]): string[] {
  return [...new Set(snippets.flatMap((one) => one.pains))].sort((a, b) => a.localeCompare(b));
}
