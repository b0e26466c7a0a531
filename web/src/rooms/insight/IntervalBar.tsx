import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { ScaleBar } from '@/kit/ScaleBar';
import classes from './insight.module.css';

interface IntervalBarProps {
  color: string;
  /** 0 to 1; null draws the empty scale. */
  share: number | null;
  interval: { low: number; high: number } | null;
}

/** A scale from 0 to 100 % with the rate as a mark inside the band that 95 % of such samples would give. */
export function IntervalBar({ color, share, interval }: IntervalBarProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const label =
    share === null
      ? t('insight.no_cases')
      : interval
        ? `${format.percent(share)}, ${t('insight.interval', { low: format.percent(interval.low), high: format.percent(interval.high) })}`
        : format.percent(share);
  return (
    <div className={classes.scale}>
      <ScaleBar label={label} color={color} value={share} interval={interval} />
    </div>
  );
}
