import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WonRate } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { ScaleBar } from '@/kit/ScaleBar';

/** Rates of won deals, each with the interval in which it may lie. */
export function WonBars({ rows }: { rows: { label: string; won: WonRate }[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="xs">
      {rows.map(({ label, won }) => {
        const { k, n } = won.rate;
        const share = n > 0 ? k / n : null;
        const counts = t('offer.guard.counts', { won: format.number(k), decided: format.number(n) });
        const shown = share === null ? t('insight.no_cases') : `${format.percent(share)} · ${counts}`;
        return (
          <div key={label}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{label}</Text>
              <Text size="sm" c="dimmed">
                {shown}
              </Text>
            </Group>
            <ScaleBar
              label={`${label}: ${shown}`}
              color="var(--stage-offer)"
              value={share}
              interval={won.interval ?? null}
            />
          </div>
        );
      })}
    </Stack>
  );
}
