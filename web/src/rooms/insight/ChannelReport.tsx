import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { Calibration } from './ChannelCalibration';
import { type AdviceReport, adviceReportQuery, type Compared, isEmpty, scaleEnd } from './channels';
import classes from './insight.module.css';
import { Touches } from './Touches';

/** What came of touches as advised and of others. No cause is claimed: reps choose who gets what. */
export function ChannelReport({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation();
  const report = useQuery({ ...adviceReportQuery(from, to), placeholderData: keepPreviousData });
  return (
    <section aria-label={t('insight.channels.title')}>
      <Title order={2}>{t('insight.channels.title')}</Title>
      <Text c="dimmed" mb="sm">
        {t('insight.channels.lead')}
      </Text>
      <ProblemAlert error={report.error} retry={() => report.refetch()} />
      {report.isPending && <Skeleton h={160} />}
      {report.data && <Report report={report.data} />}
    </section>
  );
}

function Report({ report }: { report: AdviceReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const waiting = report.waiting > 0 && (
    <Text size="xs" c="dimmed">
      {t('insight.channels.waiting', {
        waiting: format.number(report.waiting),
        date: format.moment(report.open_from),
      })}
    </Text>
  );
  if (isEmpty(report)) {
    return (
      <>
        <Text>{t('insight.channels.empty')}</Text>
        {waiting}
      </>
    );
  }
  const rows = [report.all, ...report.channels];
  const max = scaleEnd(rows.flatMap((row) => [row.one, row.other]));
  const sides = { one: t('insight.channels.advised'), other: t('insight.channels.otherwise') };
  return (
    <Stack gap="md">
      <div className={classes.rates}>
        {rows.map((row) => (
          <Pair key={row.channel ?? 'all'} compared={row} sides={sides} max={max} />
        ))}
      </div>
      {waiting}
      <ByLot report={report} />
      <Calibration bins={report.calibration} />
    </Stack>
  );
}

/** The touches whose advice a lot decided: the one comparison of like with like. */
function ByLot({ report }: { report: AdviceReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { compared, drawn_followed, usual_followed } = report.by_lot;
  const sides = { one: t('insight.channels.drawn'), other: t('insight.channels.usual') };
  const followed = t('insight.channels.followed', {
    drawn: format.number(drawn_followed),
    of_drawn: format.number(compared.one.n),
    usual: format.number(usual_followed),
    of_usual: format.number(compared.other.n),
  });
  return (
    <div>
      <Title order={3}>{t('insight.channels.lot')}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('insight.channels.lot_lead')} {followed}
      </Text>
      <div className={classes.rates}>
        <Pair compared={compared} sides={sides} max={scaleEnd([compared.one, compared.other])} lot />
      </div>
    </div>
  );
}

interface PairProps {
  compared: Compared;
  sides: { one: string; other: string };
  max: number;
  lot?: boolean;
}

function Pair({ compared, sides, max, lot }: PairProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { interval, difference, says } = compared;
  const points = (share: number) => format.number(share * 100, 1);
  const values = {
    difference: points(Math.abs(difference ?? 0)),
    low: points(interval?.low ?? 0),
    high: points(interval?.high ?? 0),
  };
  const channel = compared.channel
    ? textOr(t, `records.choice.preferred_channel.${compared.channel}`, compared.channel)
    : t('insight.channels.all');
  return (
    <div className={classes.compared}>
      <Text fw={600}>{lot ? t('insight.channels.lot_row') : channel}</Text>
      <div>
        <Touches label={sides.one} figure={compared.one} max={max} />
        <Touches label={sides.other} figure={compared.other} max={max} />
        <Text size="sm" mt={4}>
          {lot ? t(`insight.channels.lot_says.${says}`, values) : t(`insight.channels.says.${says}`, values)}
        </Text>
      </div>
    </div>
  );
}
