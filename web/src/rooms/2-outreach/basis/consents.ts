/** Consents of many people at once: put on record together, taken back one by one. */
import type { Consent, ConsentsPut, MailBasis, NewConsents } from '@/api/generated/model';
import { api } from '@/api/http';
import { several } from '@/kit/several';

/** The server takes so many people at once. */
export const mostAtOnce = 1000;

export function putConsents(consents: NewConsents): Promise<ConsentsPut> {
  return api.post<ConsentsPut>('/consents', consents);
}

type Words = Pick<NewConsents, 'kind' | 'how' | 'wording'>;

/** The newest that lasts and says the same: the one that was just put on record. */
export function newestLike(consents: readonly Consent[], said: Words): Consent | undefined {
  return consents
    .filter(
      (one) =>
        !one.withdrawn_at &&
        one.kind === said.kind &&
        one.how === said.how.trim() &&
        one.wording === said.wording.trim(),
    )
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))[0];
}

/** Takes back what was put on record of these people; it stays in their history with the reason. */
export function takeBack(personIds: readonly string[], said: Words, reason: string): Promise<void> {
  return several(personIds, async (id) => {
    const { consents } = await api.get<MailBasis>(`/people/${id}/mail-basis`);
    const consent = newestLike(consents, said);
    if (consent) await api.post(`/consents/${consent.id}/withdraw`, { reason });
  });
}
