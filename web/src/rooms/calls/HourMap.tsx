import { Skeleton, Text } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CallHour } from '@/api/generated/model';
import { EmptyState } from '@/kit/EmptyState';
import { useFormat } from '@/kit/format';
import { EmptyHour, HourCell, HourTable } from '@/kit/HourTable';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { gridOf, hoursQuery, strengthOf, weekdayName } from './calls';
import classes from './calls.module.css';

/** Connects by dials for every hour of the week, on the clock of whom was called. */
export function HourMap() {
  const { t } = useTranslation();
  const format = useFormat();
  const hours = useQuery(hoursQuery);
  if (hours.isPending) return <Skeleton h={260} m="md" />;
  if (!hours.data) return <ProblemAlert error={hours.error} retry={() => hours.refetch()} />;
  if (hours.data.dials === 0) {
    return (
      <EmptyState
        icon={<IconClock size={32} stroke={1.3} />}
        title={t('calls.map.empty')}
        text={t('calls.map.empty_text')}
      />
    );
  }
  const grid = gridOf(hours.data.hours);
  const { locale } = format.reader;
  return (
    <section className={classes.map} aria-label={t('calls.tab.hours')}>
      <Text c="dimmed" maw={640} mb="sm">
        {t('calls.map.lead', {
          dials: format.number(hours.data.dials),
          connects: format.number(hours.data.connects),
          rate: format.percent(hours.data.connects / hours.data.dials),
        })}
      </Text>
      <HourTable label={t('calls.tab.hours')} rows={t('calls.map.day')} hours={grid.hours}>
        {grid.rows.map((row, weekday) => (
          <tr key={weekdayName('en', weekday, 'short')}>
            <th scope="row">{weekdayName(locale, weekday, 'short')}</th>
            {row.map((cell, column) => (
              <Cell key={grid.hours[column]} cell={cell} top={grid.top} />
            ))}
          </tr>
        ))}
      </HourTable>
      <Text size="xs" c="dimmed" mt="sm">
        {t('calls.map.legend')}
      </Text>
    </section>
  );
}

function Cell({ cell, top }: { cell: CallHour | null; top: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!cell) return <EmptyHour />;
  const [low, high] = [format.percent(cell.low, 0), format.percent(cell.high, 0)];
  const said = t('calls.map.cell', {
    day: weekdayName(format.reader.locale, cell.weekday, 'long'),
    hour: cell.hour,
    connects: format.number(cell.connects),
    dials: format.number(cell.dials),
    low,
    high,
  });
  return (
    <HourCell
      figure={format.percent(cell.rate, 0)}
      said={said}
      more={cell.enough ? undefined : t('calls.map.few')}
      strength={strengthOf(cell, top)}
    />
  );
}
