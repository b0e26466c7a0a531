import { Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { forecastQuery, objectionKinds } from './objections';

/** What comparable deals raised: better met in nurturing than answered here. */
export function Expected({ dealId }: { dealId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const forecast = useQuery(forecastQuery(dealId)).data;
  if (!forecast?.segment || forecast.kinds.length === 0) return null;
  return (
    <RecordSection title={t('objections.expected')}>
      <Text size="xs" c="dimmed" mb={4}>
        {t(`objections.segment.${forecast.segment}`)}
      </Text>
      {forecast.kinds.map((one) => (
        <Group key={one.kind} gap="xs" py={2}>
          <Text>{t(`offer.objection.kind.${one.kind ?? objectionKinds[0]}`)}</Text>
          <Text size="xs" c="dimmed">
            {t('objections.share', {
              share: format.percent(one.share, 0),
              raised: one.raised,
              count: one.deals,
            })}
          </Text>
          {one.raised_here && (
            <Badge size="sm" variant="light" color="gray" tt="none">
              {t('objections.raised_here')}
            </Badge>
          )}
          <Text size="xs" c="dimmed">
            {one.pieces.length > 0
              ? one.pieces.map((piece) => piece.title).join(', ')
              : t('objections.no_piece')}
          </Text>
        </Group>
      ))}
    </RecordSection>
  );
}
