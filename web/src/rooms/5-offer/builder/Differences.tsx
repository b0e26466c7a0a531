import { Badge, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FieldChange, VersionChange } from '@/api/generated/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import classes from '@/kit/room.module.css';
import { differencesQuery, type Offer } from '../offer';
import own from './builder.module.css';

const colors = { added: 'green', removed: 'red', changed: 'gray' } as const;

/** What this version says otherwise than the one before. */
export function Differences({ offer }: { offer: Offer }) {
  const { t } = useTranslation();
  const found = useQuery(differencesQuery(offer));
  if (offer.version === 1 || !found.data) return null;
  return (
    <Panel title={t('offer.diff.title', { number: offer.version - 1 })}>
      {found.data.length === 0 && <Text c="dimmed">{t('offer.diff.none')}</Text>}
      <Stack gap={0}>
        {found.data.map((one) => (
          <div key={`${one.part}.${one.id ?? ''}`} className={classes.line}>
            <Group gap="xs">
              <Badge variant="light" color={colors[one.kind]} tt="none">
                {t(`offer.diff.${one.kind}`)}
              </Badge>
              <Text size="xs" c="dimmed">
                {t(`offer.diff.part.${one.part}`)}
              </Text>
              <Text fw={600}>{one.name}</Text>
              {one.package && (
                <Text size="xs" c="dimmed">
                  {one.package}
                </Text>
              )}
            </Group>
            {one.fields.map((field) => (
              <Field key={field.field} difference={one} field={field} currency={offer.content.currency} />
            ))}
          </div>
        ))}
      </Stack>
    </Panel>
  );
}

function Field({ field, currency }: { difference: VersionChange; field: FieldChange; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return t('offer.diff.nothing');
    if (typeof value === 'number' && field.field.endsWith('_minor'))
      return format.money({ minor: value, currency });
    if (typeof value === 'number' && field.field.endsWith('_bp')) return format.percent(value / 10_000);
    if (typeof value === 'boolean') return t(value ? 'kit.yes' : 'kit.no');
    if (Array.isArray(value)) return t('offer.diff.entries', { count: value.length });
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return (
    <Text size="sm">
      {textOr(t, `offer.diff.field.${field.field}`, field.field)}:{' '}
      <span className={own.before}>{shown(field.before)}</span> → {shown(field.after)}
    </Text>
  );
}
