import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { ScaleBar } from '@/kit/ScaleBar';
import { stageColor } from '@/kit/StageDot';
import { showsShare, type TouchFigure } from './channels';
import classes from './insight.module.css';

/** The rate of one group with its interval, or only its count. */
export function Touches({ label, figure, max }: { label: string; figure: TouchFigure; max: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = showsShare(figure) ? figure.share : null;
  const counted = t('insight.k_of_n', { k: format.number(figure.k), n: format.number(figure.n) });
  const range = figure.interval && {
    low: format.percent(figure.interval.low),
    high: format.percent(figure.interval.high),
  };
  const said =
    shown === null ? counted : `${format.percent(shown)}, ${range && t('insight.interval', range)}`;
  return (
    <div className={classes.advised}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} ta="end">
        {shown === null ? '–' : format.percent(shown)}
      </Text>
      <ScaleBar
        label={`${label}: ${said}`}
        color={stageColor('outreach')}
        value={shown}
        interval={shown === null ? null : figure.interval}
        max={max}
      />
      <Text size="xs" c="dimmed" ta="end">
        {counted}
        {shown === null && figure.n > 0 && (
          <Badge component="span" ml={6} size="xs" variant="outline" color="gray" tt="none">
            {t('insight.channels.few')}
          </Badge>
        )}
      </Text>
    </div>
  );
}
