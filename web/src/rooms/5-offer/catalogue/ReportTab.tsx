import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Comparison } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useTermName } from '../useTermName';
import { WonBars } from '../WonBars';
import { discountsQuery, termsQuery } from './catalogue';

/** How deals fare with and without a discount, and by the month against terms that bind. */
export function ReportTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const termName = useTermName();
  const discounts = useQuery(discountsQuery);
  const byTerm = useQuery(termsQuery);
  if (discounts.isPending || byTerm.isPending) return <Skeleton h={200} />;
  const effect = discounts.data;
  const report = byTerm.data;
  return (
    <Stack gap="lg">
      <ProblemAlert error={discounts.error ?? byTerm.error} />
      {effect && (
        <Panel title={t('offer.report.discounts')} lead={t('offer.guard.association')}>
          <Stack gap="sm">
            {!effect.is_own && (
              <Text>
                {t('offer.guard.article', {
                  share: format.percent(Math.abs(effect.relative)),
                  count: effect.needed,
                })}
              </Text>
            )}
            <WonBars
              rows={[
                { label: t('offer.guard.with'), won: effect.own.with },
                { label: t('offer.guard.without'), won: effect.own.without },
              ]}
            />
            <Difference compared={effect.own} />
          </Stack>
        </Panel>
      )}
      {report && (
        <Panel title={t('offer.report.terms')} lead={t('offer.report.terms_lead')}>
          <Stack gap="sm">
            <WonBars
              rows={[
                { label: t('offer.term.month_to_month'), won: report.month_to_month.with },
                { label: t('offer.report.fixed'), won: report.month_to_month.without },
              ]}
            />
            <Difference compared={report.month_to_month} />
            {report.terms.length > 0 && (
              <WonBars rows={report.terms.map((one) => ({ label: termName(one.term), won: one.won }))} />
            )}
          </Stack>
        </Panel>
      )}
    </Stack>
  );
}

function Difference({ compared }: { compared: Comparison }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { difference, difference_interval: interval } = compared;
  const few = Math.min(compared.with.rate.n, compared.without.rate.n) < 10;
  if (few || typeof difference !== 'number' || !interval)
    return <Text c="dimmed">{t('offer.report.too_few')}</Text>;
  const points = (value: number) => format.signed(value * 100);
  return (
    <Text>
      {t('offer.report.difference', {
        points: points(difference),
        low: points(interval.low),
        high: points(interval.high),
      })}
    </Text>
  );
}
