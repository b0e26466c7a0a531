/** The page of an offer as the server tells of it: links, and what was done with them. */
import { queryOptions } from '@tanstack/react-query';
import type { PageView, ThemeSetting } from '@/api/generated/model';
import { api } from '@/api/http';

export const pageOf = (deal: string, offer: string) => `/deals/${deal}/offers/${offer}`;

/** Links are made when they are first asked for. */
export const pageQuery = (deal: string, offer: string) =>
  queryOptions({
    queryKey: ['/deals', 'offer', 'page', deal, offer],
    queryFn: () => api.get<PageView>(`${pageOf(deal, offer)}/page`),
  });

export const themeQuery = queryOptions({
  queryKey: ['/offer-theme'],
  queryFn: () => api.get<ThemeSetting>('/offer-theme'),
});

/** Seconds as minutes and seconds. */
export function spell(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}
