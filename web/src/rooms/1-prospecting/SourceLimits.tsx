import { NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import type { SourceContent } from './enrichment';

interface Props {
  content: SourceContent;
  onChange: (part: Partial<SourceContent>) => void;
}

/** How often a source may be asked, how long its answers hold, how long they may take. */
export function SourceLimits({ content, onChange }: Props) {
  const { t } = useTranslation();
  const { quota } = content;
  const most = (key: 'per_day' | 'per_month') => (
    <NumberInput
      label={t(`enrichment.${key}`)}
      placeholder={t('enrichment.unlimited')}
      min={0}
      allowDecimal={false}
      thousandSeparator=","
      value={quota[key] ?? ''}
      onChange={(value) => onChange({ quota: { ...quota, [key]: value === '' ? null : Number(value) } })}
    />
  );
  return (
    <Panel title={t('enrichment.limits')} lead={t('enrichment.limits_lead')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {most('per_day')}
        {most('per_month')}
        <NumberInput
          label={t('enrichment.spacing')}
          suffix=" s"
          min={0}
          max={3600}
          decimalScale={3}
          value={quota.spacing_ms / 1000}
          onChange={(value) =>
            onChange({ quota: { ...quota, spacing_ms: Math.round(Number(value) * 1000) } })
          }
        />
        <NumberInput
          label={t('enrichment.timeout')}
          suffix=" s"
          min={1}
          max={60}
          allowDecimal={false}
          value={content.timeout_seconds}
          onChange={(value) => onChange({ timeout_seconds: Number(value) })}
        />
        <NumberInput
          label={t('enrichment.cache_days')}
          min={0}
          max={3650}
          allowDecimal={false}
          value={content.cache_days}
          onChange={(value) => onChange({ cache_days: Number(value) })}
        />
      </SimpleGrid>
    </Panel>
  );
}
