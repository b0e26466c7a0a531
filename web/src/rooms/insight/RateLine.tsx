import { Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StageKey } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { stageColor } from '@/kit/StageDot';
import { IntervalBar } from './IntervalBar';
import classes from './insight.module.css';
import { type Rate, type RateKey, readingOf, type View } from './rates';

/** The stage whose work a rate measures; its hue is used. */
const stageOf: Record<RateKey, StageKey> = {
  dial_to_connect: 'outreach',
  positive_reply: 'outreach',
  conversion: 'qualification',
  sales_acceptance: 'nurturing',
  close: 'closing',
};

/** One rate: its number, what it counts, its interval as a picture. Too few cases are said, not computed. */
export function RateLine({ rate, number, view }: { rate: Rate; number: number; view: View }) {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = readingOf(rate);
  const share = rate.trials > 0 ? rate.successes / rate.trials : 0;
  const shown = {
    none: '–',
    count: t('insight.k_of_n', { k: rate.successes, n: rate.trials }),
    rate: format.percent(share),
  };
  const color = stageColor(stageOf[rate.key]);
  return (
    <li className={classes.rate}>
      <div className={classes.words}>
        <Title order={2}>
          {number} {t(`insight.rate.${rate.key}.name`)}
        </Title>
        <Text size="xs" c="dimmed">
          {t(`insight.rate.${rate.key}.what`)}
        </Text>
      </div>
      <div className={classes.figure}>{shown[reading]}</div>
      <div className={classes.picture}>
        <IntervalBar
          color={color}
          share={reading === 'rate' ? share : null}
          interval={reading === 'rate' && view === 'cohort' ? rate.interval : null}
        />
        <Group gap="xs" justify="space-between">
          <Text size="xs" c="dimmed">
            {reading === 'rate'
              ? t('insight.k_of_n', { k: format.number(rate.successes), n: format.number(rate.trials) })
              : t(reading === 'none' ? 'insight.no_cases' : 'insight.too_few')}
            {rate.maturing > 0 && ` · ${t('insight.maturing', { count: rate.maturing })}`}
          </Text>
          {reading === 'rate' && view === 'cohort' && rate.interval && (
            <Text size="xs" c="dimmed">
              {t('insight.interval', {
                low: format.percent(rate.interval.low),
                high: format.percent(rate.interval.high),
              })}
            </Text>
          )}
        </Group>
        {rate.bases?.map((base) => (
          <Text key={base.key} size="xs" c="dimmed">
            {textOr(t, `insight.base.${base.key}`, base.key)}:{' '}
            {t('insight.k_of_n', { k: format.number(base.successes), n: format.number(base.trials) })}
          </Text>
        ))}
      </div>
    </li>
  );
}
