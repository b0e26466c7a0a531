import { Button, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/model';
import { useProcessOf, wordIn } from '@/api/process';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import classes from './records.module.css';

/** How a deal ended, and what is left to do about it. */
export function Ended({ deal, onPlan }: { deal: Deal; onPlan: () => void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const process = useProcessOf(deal);
  const reason = typeof deal.lost_reason === 'string' ? deal.lost_reason : null;
  const known = process?.definition.loss_reasons.find((one) => one.key === reason);
  const why = known
    ? wordIn(known.label, i18n.language)
    : reason && textOr(t, `records.choice.lost_reason.${reason}`, reason);
  const ended = typeof deal.closed_at === 'string' ? format.moment(deal.closed_at) : '';
  return (
    <Stack gap={4} className={classes.step}>
      <Text fw={600}>{textOr(t, `stage.status.${deal.status}`, deal.status)}</Text>
      <Text c="dimmed" size="xs">
        {[ended, deal.status === 'won' ? format.money(deal.value) : why].filter(Boolean).join(' · ')}
      </Text>
      <Text size="xs">{textOr(t, `cycle.ended.${deal.status}`, '')}</Text>
      {deal.status === 'won' && (
        <Button mt={4} variant="light" onClick={onPlan}>
          {t('cycle.open_room', { room: t('cycle.room.closing') })}
        </Button>
      )}
    </Stack>
  );
}
