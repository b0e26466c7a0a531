import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Refusal } from './imports';
import classes from './imports.module.css';

/** Where the first refused rows are at fault, and why: on a phone the reason has a line of its own. */
export function FirstRefusals({ rows }: { rows: Refusal[] }) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.refusals} tabIndex={0} aria-label={t('imports.first_refusals')}>
      <table className={narrow ? `${classes.table} ${classes.fitting}` : classes.table}>
        <caption>
          <Text size="sm" ta="start" c="dimmed">
            {t('imports.first_refusals')}
          </Text>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('imports.row')}</th>
            <th scope="col">{t('imports.column')}</th>
            <th scope="col">{t('imports.value')}</th>
            {!narrow && <th scope="col">{t('imports.reason')}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.line}>
              <tr className={narrow ? classes.above : undefined}>
                <th scope="row" rowSpan={narrow ? 2 : undefined}>
                  {row.line}
                </th>
                <td>{row.column}</td>
                <td>{row.cell}</td>
                {!narrow && <td className={classes.reason}>{row.reason}</td>}
              </tr>
              {narrow && (
                <tr>
                  <td className={classes.below} colSpan={2}>
                    {row.reason}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}
