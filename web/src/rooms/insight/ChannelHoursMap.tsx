import { Group, SegmentedControl, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ChannelHours,
  channelHoursQuery,
  type HourChance,
  type HourChannel,
  type SegmentHours,
} from '@/api/channelHours';
import { useFormat } from '@/kit/format';
import { HourCell, HourTable } from '@/kit/HourTable';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { hourStrength, shownHours } from './channels';
import { useSegmentName } from './useSegmentName';

/** What is believed of every hour of the day by segment, on the clock of whom was touched. */
export function ChannelHoursMap() {
  const { t } = useTranslation();
  const [channel, setChannel] = useState<HourChannel>('email');
  const hours = useQuery(channelHoursQuery(channel));
  return (
    <section aria-label={t('insight.hours.title')}>
      <Group justify="space-between" gap="xs">
        <Title order={2}>{t('insight.hours.title')}</Title>
        <SegmentedControl
          size="xs"
          aria-label={t('insight.hours.channel')}
          value={channel}
          onChange={(next) => setChannel(next as HourChannel)}
          data={(['email', 'phone'] as const).map((one) => ({
            value: one,
            label: t(`records.choice.preferred_channel.${one}`),
          }))}
        />
      </Group>
      <Text c="dimmed" mb="sm">
        {t('insight.hours.lead')}
      </Text>
      <ProblemAlert error={hours.error} retry={() => hours.refetch()} />
      {hours.isPending && <Skeleton h={160} />}
      {hours.data && <Grid data={hours.data} />}
    </section>
  );
}

function Grid({ data }: { data: ChannelHours }) {
  const { t } = useTranslation();
  const name = useSegmentName();
  const columns = shownHours(data.segments);
  return (
    <>
      <HourTable label={t('insight.hours.title')} rows={t('insight.hours.segment')} hours={columns}>
        {data.segments.map((segment) => (
          <tr key={segment.segment}>
            <th scope="row">{name(segment.segment)}</th>
            {columns.map((hour) => {
              const cell = segment.hours[hour];
              return cell && <Cell key={hour} hour={cell} strength={hourStrength(cell, data.segments)} />;
            })}
          </tr>
        ))}
      </HourTable>
      <Text size="xs" c="dimmed" mt="sm">
        {t('insight.hours.legend')}
      </Text>
      {data.channel === 'email' && <Proposals data={data} />}
    </>
  );
}

function Cell({ hour, strength }: { hour: HourChance; strength: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const values = {
    hour: hour.hour,
    p: format.percent(hour.p, 1),
    low: format.percent(hour.low, 1),
    high: format.percent(hour.high, 1),
    sends: format.number(hour.sends),
    factor: format.number(hour.factor, 1),
  };
  const said = t(hour.sends > 0 ? 'insight.hours.cell' : 'insight.hours.cell_supposed', values);
  return <HourCell figure={values.p} said={said} strength={strength} supposed={hour.sends === 0} />;
}

function Proposals({ data }: { data: ChannelHours }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = data.segments.filter((one): one is Proposed => one.proposal !== null);
  const name = useSegmentName();
  if (found.length === 0) {
    return (
      <Text size="sm" mt="sm">
        {t('insight.hours.no_proposal', {
          sends: format.number(data.enough_sends),
          sure: format.percent(data.sure, 0),
        })}
      </Text>
    );
  }
  return found.map(({ segment, proposal }) => (
    <Text key={segment} size="sm" mt="sm">
      {t('insight.hours.proposal', {
        segment: name(segment),
        from: `${proposal.from}:00`,
        to: `${proposal.to}:00`,
        p: format.percent(proposal.p, 1),
        usual: format.percent(proposal.usual_p, 1),
        sends: format.number(proposal.sends),
        sure: format.percent(proposal.sure, 0),
      })}
    </Text>
  ));
}

type Proposed = SegmentHours & { proposal: NonNullable<SegmentHours['proposal']> };
