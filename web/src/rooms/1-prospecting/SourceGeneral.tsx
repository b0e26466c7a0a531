import { Alert, NumberInput, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import type { EnrichedKind, Source, SourceContent } from './enrichment';

interface Props {
  source: Source;
  content: SourceContent;
  onChange: (part: Partial<SourceContent>) => void;
}

/** What a source is called, of which records it knows something, and whether it is asked by itself. */
export function SourceGeneral({ source, content, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Panel title={t('enrichment.general')}>
      <Stack gap="sm">
        <Trouble source={source} />
        <Switch
          label={t('enrichment.is_on')}
          description={t(`enrichment.is_on_hint.${content.source}`)}
          checked={content.enabled}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
        />
        <TextInput
          label={t('enrichment.name')}
          value={content.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        {content.source === 'http' && (
          <SegmentedControl
            aria-label={t('enrichment.on_records')}
            value={content.on}
            onChange={(on) => onChange({ on: on as EnrichedKind })}
            data={[
              { value: 'company', label: t('records.company.many') },
              { value: 'person', label: t('records.person.many') },
            ]}
          />
        )}
        <Switch
          label={t(`enrichment.on_arrival.${content.on}`)}
          description={t('enrichment.on_arrival_hint')}
          checked={content.on_arrival}
          onChange={(event) => onChange({ on_arrival: event.currentTarget.checked })}
        />
        <NumberInput
          label={t('enrichment.refresh_days')}
          description={t('enrichment.refresh_hint')}
          placeholder={t('enrichment.never_again')}
          min={1}
          max={3650}
          allowDecimal={false}
          value={content.refresh_days ?? ''}
          onChange={(value) => onChange({ refresh_days: value === '' ? null : Number(value) })}
        />
      </Stack>
    </Panel>
  );
}

function Trouble({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { trouble, paused_until } = source;
  if (!trouble) return null;
  return (
    <Alert color="red" variant="light" p="sm">
      <Text size="sm">{textOr(t, `enrichment.reason.${trouble.reason}`, trouble.reason)}</Text>
      <Text size="xs" c="dimmed">
        {`${trouble.detail} · ${format.moment(trouble.at)}`}
      </Text>
      {paused_until && (
        <Text size="xs">{t('enrichment.goes_on', { when: format.dateTime(paused_until) })}</Text>
      )}
    </Alert>
  );
}
