import { Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { stageColor } from '@/kit/StageDot';
import { IntervalBar } from './IntervalBar';
import classes from './insight.module.css';
import { type Figure, hasShare, type RatesQuery, rateKeys, ratesQuery, stageOfRate } from './rates';

export interface Version {
  id: string;
  number: number;
  published_at: string | null;
}

interface BeforeAfterProps {
  before: Version;
  after: Version;
  query: RatesQuery;
}

/** The rates of the two latest versions of the process, one under the other: what the change did, as far as one can say. */
export function BeforeAfter({ before, after, query }: BeforeAfterProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = (version: Version) => ({
    ...ratesQuery({ ...query, version: version.id }),
    placeholderData: keepPreviousData,
  });
  const [earlier, later] = [useQuery(of(before)), useQuery(of(after))];
  if (!earlier.data || !later.data) return null;
  const sides = [
    { version: before, rates: earlier.data.rates },
    { version: after, rates: later.data.rates },
  ];
  return (
    <section aria-label={t('insight.compare.title')}>
      <Title order={2}>{t('insight.compare.title')}</Title>
      <Text c="dimmed" mb="sm">
        {t('insight.compare.lead', { number: after.number, date: format.moment(after.published_at) })}
      </Text>
      <div className={classes.rates}>
        {rateKeys.map((key) => (
          <div key={key} className={classes.compared}>
            <Text fw={600}>{t(`insight.rate.${key}.name`)}</Text>
            <div>
              {sides.map(({ version, rates }) => (
                <Side
                  key={version.id}
                  label={t('settings.process.version', { number: version.number })}
                  color={stageColor(stageOfRate[key])}
                  figure={rates.find((one) => one.rate === key)?.main}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}

function Side({ label, color, figure }: { label: string; color: string; figure: Figure | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!figure) return null;
  const shown = hasShare(figure) ? figure.share : null;
  const words = figure.n === 0 ? t('insight.no_cases') : t('insight.too_few');
  return (
    <div className={classes.side}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} ta="end">
        {shown === null ? '–' : format.percent(shown)}
      </Text>
      <IntervalBar color={color} share={shown} interval={shown === null ? null : figure.interval} />
      <Text size="xs" c="dimmed" ta="end">
        {shown === null
          ? words
          : t('insight.k_of_n', { k: format.number(figure.k), n: format.number(figure.n) })}
      </Text>
    </div>
  );
}
