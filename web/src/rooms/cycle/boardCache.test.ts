import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { type Card, columnQuery } from '@/api/cycle';
import type { StageKey } from '@/api/model';
import { cardOf, putCard } from './boardCache';

const deal = (id: string, stage: StageKey) => ({ id, stage }) as Card;

function column(client: QueryClient, stage: StageKey, pages: string[][]) {
  client.setQueryData(columnQuery(stage).queryKey, {
    pages: pages.map((ids) => ({ items: ids.map((id) => deal(id, stage)), next_cursor: null })),
    pageParams: pages.map(() => null),
  });
}

function ids(client: QueryClient, stage: StageKey): string[][] {
  const data = client.getQueryData(columnQuery(stage).queryKey);
  return data?.pages.map((page) => page.items.map((one) => one.id)) ?? [];
}

it('a dropped card leaves its column and stands where it was dropped, over page borders', () => {
  const client = new QueryClient();
  column(client, 'outreach', [['a', 'b']]);
  column(client, 'offer', [['x', 'y'], ['z']]);
  const card = cardOf(client, 'outreach', 'b');
  expect(card?.id).toBe('b');
  putCard(client, card as Card, 'offer', 3);
  expect(ids(client, 'outreach')).toEqual([['a']]);
  expect(ids(client, 'offer')).toEqual([
    ['x', 'y'],
    ['z', 'b'],
  ]);
});

it('a card dropped into an empty column is its only card', () => {
  const client = new QueryClient();
  column(client, 'outreach', [['a']]);
  column(client, 'closing', [[]]);
  putCard(client, deal('a', 'outreach'), 'closing', 0);
  expect(ids(client, 'closing')).toEqual([['a']]);
});
