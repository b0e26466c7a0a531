import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Margin } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import type { Offer } from '../offer';

interface MarginLineProps {
  offer: Offer;
  packageId: string;
}

/** What is left of a package once what is sold in it has been paid for; managers see it. */
export function MarginLine({ offer, packageId }: MarginLineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sees = useCan('manager');
  const margins = useQuery({
    queryKey: ['/deals', 'offer', 'margin', offer.id, offer.revision],
    queryFn: () => api.get<Margin[]>(`/deals/${offer.deal_id}/offers/${offer.id}/margin`),
    enabled: sees,
  });
  const found = margins.data?.find((one) => one.package_id === packageId);
  if (found?.margin_bp == null) return null;
  return (
    <Text size="xs" c={found.margin_bp < 0 ? 'red' : 'dimmed'} ta="end">
      {t('offer.total.margin', {
        share: format.percent(found.margin_bp / 10_000, 1),
        cost: format.money(found.cost),
      })}
      {found.unknown > 0 && ` · ${t('offer.total.margin_unknown', { count: found.unknown })}`}
    </Text>
  );
}
