import { List, Stack, Text, Textarea, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { guardQuery } from '../offer';
import { WonBars } from '../WonBars';
import classes from './builder.module.css';
import type { PartProps } from './parts';

/** Opens when anything is taken off a price: what that is associated with, what to offer instead, and why. */
export function DiscountGuard({ offer, content, onChange, readOnly }: PartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const guard = useQuery(guardQuery(offer));
  if (offer.discount_bp === 0 || !guard.data) return null;
  const { effect, worth } = guard.data;
  const share = (value: number) => format.percent(Math.abs(value));
  return (
    <section className={classes.guard} aria-label={t('offer.guard.label')}>
      <Stack gap="sm">
        <Title order={2}>
          {t('offer.guard.title', { share: format.percent(offer.discount_bp / 10_000) })}
        </Title>
        <Text>
          {effect.is_own
            ? t(effect.relative < 0 ? 'offer.guard.own_less' : 'offer.guard.own_more', {
                share: share(effect.relative),
              })
            : t('offer.guard.article', { share: share(effect.relative), count: effect.needed })}
        </Text>
        {effect.is_own && (
          <WonBars
            rows={[
              { label: t('offer.guard.with'), won: effect.own.with },
              { label: t('offer.guard.without'), won: effect.own.without },
            ]}
          />
        )}
        <Text size="xs" c="dimmed">
          {t('offer.guard.association')}
        </Text>
        {worth && (
          <Text>
            {t('offer.guard.worth', { change: share(worth.expected_change), rise: share(worth.break_even) })}
          </Text>
        )}
        <div>
          <Text fw={600}>{t('offer.guard.instead')}</Text>
          <List size="sm">
            {effect.alternatives.map((one) => (
              <List.Item key={one}>{t(`offer.alternative.${one}`)}</List.Item>
            ))}
          </List>
        </div>
        <Textarea
          required
          autosize
          minRows={2}
          maxLength={2000}
          readOnly={readOnly}
          label={t('offer.guard.reason')}
          value={content.discount_reason ?? ''}
          onChange={(event) => onChange({ ...content, discount_reason: event.currentTarget.value || null })}
        />
      </Stack>
    </section>
  );
}
