import { useQuery } from '@tanstack/react-query';
import type { Offer } from '../offer';
import { IncentiveForm } from './IncentiveForm';
import { pageOf, pageQuery } from './page';

/** The incentive of a draft, where it is written. */
export function OfferIncentive({ offer }: { offer: Offer }) {
  const page = useQuery(pageQuery(offer.deal_id, offer.id));
  if (!page.data) return null;
  const kept = page.data.incentive ?? null;
  return (
    <IncentiveForm
      key={kept?.text}
      path={pageOf(offer.deal_id, offer.id)}
      currency={offer.content.currency ?? 'USD'}
      kept={kept}
    />
  );
}
