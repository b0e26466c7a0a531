import { Group, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { stageColor } from '@/kit/StageDot';
import { IntervalBar } from './IntervalBar';
import classes from './insight.module.css';
import { type Figure, hasShare, type Rate, stageOfRate } from './rates';

function useCounted() {
  const { t } = useTranslation();
  const format = useFormat();
  return (figure: Figure) => t('insight.k_of_n', { k: format.number(figure.k), n: format.number(figure.n) });
}

/** One rate: its number, what it counts, its interval as a picture. Too few cases are said, not computed. */
export function RateLine({ rate, number }: { rate: Rate; number: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const counted = useCounted();
  const { main } = rate;
  const shown = hasShare(main);
  const interval = shown ? main.interval : null;
  const few = main.n === 0 ? t('insight.no_cases') : t('insight.too_few');
  return (
    <li className={classes.rate}>
      <div className={classes.words}>
        <Title order={2}>
          {number} {t(`insight.rate.${rate.rate}.name`)}
        </Title>
        <Text size="xs" c="dimmed">
          {t(`insight.rate.${rate.rate}.what`)}
        </Text>
      </div>
      <div className={classes.figure}>
        {main.n === 0 ? '–' : shown && main.share !== null ? format.percent(main.share) : counted(main)}
      </div>
      <div className={classes.picture}>
        <IntervalBar
          color={stageColor(stageOfRate[rate.rate])}
          share={shown ? main.share : null}
          interval={interval}
        />
        <Group gap="xs" justify="space-between">
          <Text size="xs" c="dimmed">
            {shown ? counted(main) : few}
            {rate.maturing.n > 0 && ` · ${t('insight.maturing', { count: rate.maturing.n })}`}
          </Text>
          {interval && (
            <Text size="xs" c="dimmed">
              {t('insight.interval', {
                low: format.percent(interval.low),
                high: format.percent(interval.high),
              })}
            </Text>
          )}
        </Group>
        {rate.beside.map((figure) => (
          <Text key={figure.of} size="xs" c="dimmed">
            {textOr(t, `insight.base.${figure.of}`, figure.of)}: {counted(figure)}
          </Text>
        ))}
      </div>
    </li>
  );
}
