import { Divider, Text } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageTotals } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { type Content, periods } from '../offer';
import { useTermName } from '../useTermName';
import classes from './builder.module.css';

/** What a package comes to: once, every month, every year, at first, and over the term. */
export function Totals({ totals, content }: { totals: PackageTotals; content: Content }) {
  const { t } = useTranslation();
  const format = useFormat();
  const termName = useTermName();
  const sum = totals.totals;
  const money = (minor: number) => format.money({ minor, currency: content.currency });
  const shown = periods.filter((one) => sum[one].groups.length > 0);
  const row = (label: string, minor: number, strong = false) => (
    <Fragment key={label}>
      <dt data-strong={strong || undefined}>{label}</dt>
      <dd data-strong={strong || undefined}>{money(minor)}</dd>
    </Fragment>
  );
  return (
    <>
      <Divider my="md" />
      <dl className={classes.totals}>
        {sum.line_discount > 0 && row(t('offer.total.line_discount'), -sum.line_discount)}
        {sum.order_discount > 0 && row(t('offer.total.order_discount'), -sum.order_discount)}
        {shown.map((period) => {
          const { amount, groups } = sum[period];
          return (
            <Fragment key={period}>
              {row(t(`offer.total.net_${period}`), amount.net)}
              {groups
                .filter((one) => one.amount.tax !== 0)
                .map((one) =>
                  row(
                    t('offer.total.tax', {
                      rate: format.percent((one.tax.bp ?? 0) / 10_000, 0),
                      period: t(`offer.period.${period}`),
                    }),
                    one.amount.tax,
                  ),
                )}
            </Fragment>
          );
        })}
        {row(t('offer.total.first'), sum.first.total)}
        {row(t('offer.total.contract', { term: termName(content.term) }), sum.contract.total, true)}
      </dl>
      {content.tax.inclusive && (
        <Text size="xs" c="dimmed" ta="end">
          {t('offer.total.inclusive')}
        </Text>
      )}
    </>
  );
}
