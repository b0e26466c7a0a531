import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { type CalibrationBin, scaleEnd } from './channels';
import classes from './insight.module.css';
import { Touches } from './Touches';

/** What the advisor believed of touches, held against what came of them. */
export function Calibration({ bins }: { bins: readonly CalibrationBin[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (bins.length === 0) return null;
  const max = scaleEnd(bins.map((bin) => bin.seen));
  const verdict = (holds: boolean | null) => (holds === null ? 'unknown' : holds ? 'holds' : 'off');
  return (
    <div>
      <Title order={3}>{t('insight.channels.calibration')}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('insight.channels.calibration_lead')}
      </Text>
      <div className={classes.rates}>
        {bins.map((bin) => (
          <div key={bin.from} className={classes.compared}>
            <div>
              <Text fw={600}>{t('insight.channels.predicted', { p: format.percent(bin.predicted, 1) })}</Text>
              <Text size="xs" c="dimmed">
                {t('insight.channels.bin', {
                  from: format.percent(bin.from, 1),
                  to: format.percent(bin.to, 1),
                })}
              </Text>
            </div>
            <div>
              <Touches label={t('insight.channels.came')} figure={bin.seen} max={max} />
              <Text size="xs" c="dimmed">
                {t(`insight.channels.fits.${verdict(bin.holds)}`)}
              </Text>
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
