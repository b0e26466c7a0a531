import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { questionsQuery } from './nurturing';

/** What they wrote, and how long they waited for us. Nothing until they write. */
export function Questions({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = useQuery(questionsQuery(personId)).data;
  if (!asked || asked.items.length === 0) return null;
  const hours = (from: string, to: string) =>
    format.number((Date.parse(to) - Date.parse(from)) / 3_600_000, 1);
  return (
    <RecordSection title={t('nurturing.questions.title')}>
      <Text c={asked.waiting > 0 ? 'var(--warn)' : 'dimmed'}>
        {[
          ...(asked.median_seconds == null
            ? []
            : [
                t('nurturing.questions.median', {
                  hours: format.number(asked.median_seconds / 3600, 1),
                  count: asked.answered,
                }),
              ]),
          ...(asked.waiting > 0 ? [t('nurturing.questions.waiting', { count: asked.waiting })] : []),
        ].join(' · ')}
      </Text>
      {asked.items.map((one) => (
        <Group key={one.id} justify="space-between" gap="xs" py={4}>
          <Text size="xs" lineClamp={1}>
            {one.excerpt || one.subject}
          </Text>
          <Text size="xs" c="dimmed">
            {[
              format.relative(one.asked_at),
              one.answered_at
                ? t('nurturing.questions.after', { hours: hours(one.asked_at, one.answered_at) })
                : t('nurturing.questions.open'),
            ].join(' · ')}
          </Text>
        </Group>
      ))}
    </RecordSection>
  );
}
