import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { daysUntil, useFormat } from './format';

/** A date as a rep thinks of it: late, today, tomorrow, or the date. Late is the only red. */
export function DueDate({ day }: { day: string | null | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!day) return null;
  const left = daysUntil(day, format.today());
  const text =
    left < 0
      ? t('kit.time.overdue', { count: -left })
      : left === 0
        ? t('kit.time.today')
        : left === 1
          ? t('kit.time.tomorrow')
          : format.date(day);
  return (
    <Text
      component="time"
      dateTime={day}
      size="xs"
      c={left < 0 ? 'var(--harm)' : 'dimmed'}
      flex="none"
      title={format.date(day)}
    >
      {text}
    </Text>
  );
}
