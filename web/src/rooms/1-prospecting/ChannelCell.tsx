import { Badge, Group, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RecordBase } from '@/api/model';
import { useFormat } from '@/kit/format';
import { adviceQuery, type Channel, type ChannelAdvice, whyKeys } from './advice';

/** Why this channel, a sentence a line. */
export function useWhy() {
  const { t } = useTranslation();
  const format = useFormat();
  const name = (channel: Channel) => t(`records.choice.preferred_channel.${channel}`);
  return (advice: ChannelAdvice): string[] => {
    const first = advice.channels.find((one) => one.channel === advice.first);
    const values = {
      p: format.percent(first?.p ?? 0, 1),
      low: format.percent(first?.low ?? 0, 1),
      high: format.percent(first?.high ?? 0, 1),
      minutes: first?.minutes ?? 0,
      touches: first?.touches ?? 0,
      path: advice.path.map(name).join(' → '),
      usual: advice.usual ? name(advice.usual) : '',
    };
    return whyKeys(advice).map((key) => String(t(`prospecting.advice.why.${key}` as never, values as never)));
  };
}

/** The channel to begin with; the reasons are in its tooltip. `bare` where there is little room. */
export function ChannelMark({ personId, bare }: { personId: string; bare?: boolean }) {
  const { t } = useTranslation();
  const why = useWhy();
  const { data: advice } = useQuery(adviceQuery(personId));
  if (!advice) return null;
  const reasons = why(advice);
  const basis = advice.channels.find((one) => one.channel === advice.first)?.basis;
  const aside = advice.tried
    ? t('prospecting.advice.tried')
    : advice.close_call
      ? t('prospecting.advice.close_call')
      : !advice.preferred && basis === 'assumption' && t('prospecting.advice.assumption');
  return (
    <Tooltip
      multiline
      w={320}
      position="bottom-start"
      label={reasons.map((one) => <div key={one}>{one}</div>)}
    >
      <Group gap={6} wrap="nowrap" component="span" display="inline-flex" flex={bare ? 'none' : undefined}>
        <Badge variant={advice.first ? 'light' : 'outline'} color="gray" tt="none" fw={550} flex="none">
          {advice.first
            ? t(`records.choice.preferred_channel.${advice.first}`)
            : t('prospecting.advice.no_way')}
        </Badge>
        {aside && !bare && (
          <Text span size="xs" c="dimmed" truncate>
            {aside}
          </Text>
        )}
        <VisuallyHidden>{reasons.join(' ')}</VisuallyHidden>
      </Group>
    </Tooltip>
  );
}

export function ChannelCell({ record }: { record: RecordBase }) {
  return <ChannelMark personId={record.id} />;
}
