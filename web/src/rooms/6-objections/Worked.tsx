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
  const figures = { held: effect.held, count: effect.settled };
  const share = (value: number) => format.percent(value, 0);
  const held =
    effect.settled === 0
      ? t('objections.never_used')
      : effect.too_few
        ? t('objections.too_few', figures)
        : t('objections.effect', {
            ...figures,
            share: share(effect.effect),
            low: share(effect.low),
            high: share(effect.high),
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
