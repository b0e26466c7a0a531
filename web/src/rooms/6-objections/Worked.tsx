import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BestBecause, ObjectionResponse } from '@/api/generated/model';
import { useFormat } from '@/kit/format';

/** A response's title in a language, or in the one it is written in. */
export function titleIn(response: ObjectionResponse, locale: string): string {
  return (response.texts[locale] ?? Object.values(response.texts)[0])?.title ?? '';
}

/** How well a response has worked, and why it is the one proposed. */
export function Worked({ response, because }: { response: ObjectionResponse; because?: BestBecause }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { effect, decided, won } = response.outcome;
  const held = effect.too_few
    ? t('objections.too_few', { held: effect.held, count: effect.settled })
    : t('objections.effect', {
        share: format.percent(effect.effect, 0),
        low: format.percent(effect.low, 0),
        high: format.percent(effect.high, 0),
        held: effect.held,
        count: effect.settled,
      });
  return (
    <Text size="xs" c="dimmed">
      {[
        because && t(`objections.because.${because}`),
        held,
        decided > 0 && t('objections.won', { won, count: decided }),
      ]
        .filter(Boolean)
        .join(' · ')}
    </Text>
  );
}
