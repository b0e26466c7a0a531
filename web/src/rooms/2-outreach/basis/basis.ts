import { queryOptions } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import type { Ground, MailBasis, MailLaw } from '@/api/generated/model';
import { api } from '@/api/http';

export const basisQuery = (personId: string) =>
  queryOptions({
    // Under a path of its own: a merge asks for people again, and one of them is gone then.
    queryKey: ['/mail-basis', personId],
    queryFn: () => api.get<MailBasis>(`/people/${personId}/mail-basis`),
  });

export const lawsQuery = queryOptions({
  queryKey: ['/mail-laws'],
  queryFn: () => api.get<MailLaw[]>('/mail-laws'),
});

export const colors: Record<string, string> = { allowed: 'green', lapsed: 'yellow', refused: 'red' };

/** One of which grounds is needed, in words. */
export function groundsOf(t: TFunction, { law, grounds }: { law: string; grounds: Ground[] }): string {
  if (grounds.length === 0) return t('outreach.basis.asks_nothing');
  const names = grounds.map((ground) => t(`outreach.basis.ground.${ground}`));
  const asks = law === 'companies_opt_out' ? 'asks_people' : 'asks';
  return t(`outreach.basis.${asks}`, { grounds: names.join(', ') });
}
