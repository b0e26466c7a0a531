import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useRefresh } from '@/api/records';
import { useCan, useMe } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { OfferActions } from './OfferActions';
import { booksForDealQuery, isEditable, newPack, type Offer, offersQuery, templatesQuery } from './offer';

/** What was offered, tied to what the prospect said they need. */
export function Offers({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const offers = useQuery(offersQuery(deal.id));
  const begin = useBegin(deal, offers.data ?? []);
  const hasOpen = offers.data?.some(isEditable) ?? true;
  return (
    <RecordSection
      title={t('offer.title')}
      aside={
        canWrite &&
        !hasOpen && (
          <Button size="compact-sm" variant="light" loading={begin.isPending} onClick={() => begin.mutate()}>
            {t(offers.data?.length === 0 ? 'offer.add' : 'offer.add_version')}
          </Button>
        )
      }
    >
      <ProblemAlert error={offers.error} />
      {offers.data?.length === 0 && <Text c="dimmed">{t('offer.empty')}</Text>}
      {offers.data?.map((offer) => (
        <Version key={offer.id} deal={deal} offer={offer} canWrite={canWrite} />
      ))}
    </RecordSection>
  );
}

/** A new version begins with what the last one said, else with the template of the reader's language. */
function useBegin(deal: Deal, offers: readonly Offer[]) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const home = useMe()?.workspace.currency ?? 'USD';
  const templates = useQuery(templatesQuery);
  const books = useQuery(booksForDealQuery(deal.id));
  return useMutation({
    mutationFn: () => {
      const last = offers[0]?.content;
      if (last) return api.post<Offer>(`/deals/${deal.id}/offers`, last);
      const template = templates.data?.find((one) => one.content.locale === i18n.language)?.content;
      return api.post<Offer>(`/deals/${deal.id}/offers`, {
        title: deal.name,
        locale: i18n.language,
        currency: deal.value?.currency ?? home,
        note: template?.note ?? '',
        sections: template?.sections ?? [],
        packages: [{ ...newPack(t('offer.pack.first')), recommended: true }],
        price_book_version: books.data?.[0]?.id ?? null,
      });
    },
    onSuccess: (made) =>
      navigate({ to: '/deals/$id/offers/$offerId', params: { id: deal.id, offerId: made.id } }),
    onSettled: () => refresh('deal'),
  });
}

function Version({ deal, offer, canWrite }: { deal: Deal; offer: Offer; canWrite: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap={4} className={classes.line}>
      <Group gap="xs">
        <Text fw={600}>{offer.content.title}</Text>
        <Badge variant="light" color="gray" tt="none">
          {t('offer.version', { number: offer.version })} ·{' '}
          {textOr(t, `offer.state.${offer.state}`, offer.state)}
        </Badge>
        {offer.discount_bp > 0 && (
          <Badge variant="light" color="yellow" tt="none">
            {t('offer.discounted', { share: format.percent(offer.discount_bp / 10_000) })}
          </Badge>
        )}
        <Text ml="auto" fw={600}>
          {format.money(offer.total)}
        </Text>
      </Group>
      {offer.content.note && <Text lineClamp={2}>{offer.content.note}</Text>}
      {offer.lacking.map((lack) => (
        <Text key={lack} size="xs" c="dimmed">
          {textOr(t, `offer.lack.${lack}`, lack)}
        </Text>
      ))}
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant={isEditable(offer) ? 'light' : 'subtle'}
          renderRoot={(props) => (
            <Link to="/deals/$id/offers/$offerId" params={{ id: deal.id, offerId: offer.id }} {...props} />
          )}
        >
          {t(isEditable(offer) && canWrite ? 'offer.open_builder' : 'offer.open')}
        </Button>
      </Group>
      {canWrite && !isEditable(offer) && <OfferActions deal={deal} offer={offer} />}
    </Stack>
  );
}
