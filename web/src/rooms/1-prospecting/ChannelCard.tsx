import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { ScaleBar } from '@/kit/ScaleBar';
import { stageColor } from '@/kit/StageDot';
import {
  adviceQuery,
  type BestHour,
  type ChannelAdvice,
  type ChannelChance,
  clockThere,
  hourKey,
  inReach,
  scaleOf,
} from './advice';
import { useWhy } from './ChannelCell';
import classes from './channel.module.css';

/** By which way and at which hour somebody is best reached, as a picture; `name` where it is not theirs alone. */
export function ChannelCard({ personId, name }: { personId: string; name?: string }) {
  const { t } = useTranslation();
  const why = useWhy();
  const { data: advice } = useQuery(adviceQuery(personId));
  if (!advice) return null;
  const [reached, rest] = inReach(advice.channels);
  const max = scaleOf(reached);
  const title = name ? t('prospecting.channel.of', { name }) : t('prospecting.channel.title');
  return (
    <RecordSection title={title}>
      <Stack gap="xs">
        <Marks advice={advice} />
        {reached.map((one) => (
          <Chance key={one.channel} chance={one} first={one.channel === advice.first} max={max} />
        ))}
        {advice.best_hour && <Hour hour={advice.best_hour} />}
        {why(advice).map((one) => (
          <Text key={one} size="xs" c="dimmed">
            {one}
          </Text>
        ))}
        {rest.length > 0 && reached.length > 0 && (
          <Text size="xs" c="dimmed">
            {rest
              .map(
                (one) =>
                  `${t(`records.choice.preferred_channel.${one.channel}`)}: ${t(`prospecting.channel.access.${one.access}`)}`,
              )
              .join(' · ')}
          </Text>
        )}
      </Stack>
    </RecordSection>
  );
}

function Marks({ advice }: { advice: ChannelAdvice }) {
  const { t } = useTranslation();
  if (!advice.tried && !advice.close_call) return null;
  return (
    <Group gap="xs">
      {advice.tried && (
        <Badge variant="outline" color="gray" tt="none">
          {t('prospecting.advice.tried')}
        </Badge>
      )}
      {advice.close_call && (
        <Badge variant="outline" color="gray" tt="none">
          {t('prospecting.advice.close_call')}
        </Badge>
      )}
    </Group>
  );
}

/** One channel: the share of touches that bring something, as a mark in its 80 % interval. */
function Chance({ chance, first, max }: { chance: ChannelChance; first: boolean; max: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = t(`records.choice.preferred_channel.${chance.channel}`);
  const values = { channel, p: format.percent(chance.p, 1) };
  const range = { low: format.percent(chance.low, 1), high: format.percent(chance.high, 1) };
  const basis = t(`prospecting.channel.basis.${chance.basis}`);
  return (
    <div className={classes.chance} data-first={first || undefined}>
      <Text size="sm" fw={first ? 600 : 400} truncate>
        {channel}
      </Text>
      <ScaleBar
        label={`${t('prospecting.channel.bar', { ...values, ...range })} ${basis}`}
        color={stageColor('prospecting')}
        value={chance.p}
        interval={{ low: chance.low, high: chance.high }}
        max={max}
      />
      <Text size="xs" ta="end">
        {values.p}
      </Text>
      <Text size="xs" c="dimmed" className={classes.basis}>
        {basis}
        {chance.access === 'unverified' && ` · ${t('prospecting.channel.access.unverified')}`}
      </Text>
    </div>
  );
}

function Hour({ hour }: { hour: BestHour }) {
  const { t } = useTranslation();
  const format = useFormat();
  const values = {
    p: format.percent(hour.p, 1),
    mean: format.percent(hour.mean, 1),
    sends: format.number(hour.sends),
  };
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('prospecting.channel.best_hour', { when: clockThere(format.reader.locale, hour.at, hour.zone) })}
      </Text>
      <Text size="xs" c="dimmed">
        {t(`prospecting.channel.hour.${hourKey(hour)}`, values)}
      </Text>
    </div>
  );
}
