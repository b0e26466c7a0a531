import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { type Card, columnQuery } from '@/api/cycle';
import type { Page, StageKey } from '@/api/model';

type Cards = InfiniteData<Page<Card>, string | null>;

export function cardOf(client: QueryClient, stage: StageKey, id: string, owner?: string): Card | undefined {
  const data = client.getQueryData<Cards>(columnQuery(stage, owner).queryKey);
  return data?.pages.flatMap((page) => page.items).find((deal) => deal.id === id);
}

/** Shows the card where it was dropped before the server has answered; a refresh afterwards tells the truth. */
export function putCard(client: QueryClient, deal: Card, to: StageKey, index: number, owner?: string): void {
  client.setQueryData<Cards>(columnQuery(deal.stage, owner).queryKey, (old) => old && without(old, deal.id));
  client.setQueryData<Cards>(columnQuery(to, owner).queryKey, (old) => old && withCard(old, deal, index));
}

function without(data: Cards, id: string): Cards {
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
  };
}

function withCard(data: Cards, deal: Card, index: number): Cards {
  let before = 0;
  let placed = false;
  const pages = data.pages.map((page, at) => {
    const last = at === data.pages.length - 1;
    const here = !placed && (index <= before + page.items.length || last);
    const offset = Math.max(0, index - before);
    before += page.items.length;
    if (!here) return page;
    placed = true;
    return { ...page, items: [...page.items.slice(0, offset), deal, ...page.items.slice(offset)] };
  });
  return { ...data, pages };
}
