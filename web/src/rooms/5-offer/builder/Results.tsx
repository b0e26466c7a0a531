import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import type { PartProps } from './parts';

const fields = ['number', 'unit', 'source'] as const;
const nothing = { what: '', number: null, unit: null, source: null };

/** What they can expect, each with number, unit and how we know. */
export function Results({ content, onChange, readOnly }: PartProps) {
  const { t } = useTranslation();
  const { results } = content;
  const write = (next: typeof results) => onChange({ ...content, results: next });
  const set = (place: number, changes: Partial<(typeof results)[number]>) =>
    write(results.map((one, n) => (n === place ? { ...one, ...changes } : one)));
  return (
    <Panel title={t('offer.result.title')} lead={t('offer.result.lead')}>
      <Stack gap="sm">
        {results.map((one, n) => (
          // Results have no ids of their own; they keep their order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Group key={n} gap="xs" align="flex-end">
            <TextInput
              flex={1}
              miw={180}
              required
              maxLength={500}
              readOnly={readOnly}
              label={t('offer.result.what')}
              value={one.what ?? ''}
              onChange={(event) => set(n, { what: event.currentTarget.value })}
            />
            {fields.map((field) => (
              <TextInput
                key={field}
                w={field === 'source' ? 200 : 110}
                maxLength={500}
                readOnly={readOnly}
                label={t(`offer.result.${field}`)}
                value={one[field] ?? ''}
                onChange={(event) => set(n, { [field]: event.currentTarget.value || null })}
              />
            ))}
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                mb={6}
                aria-label={t('offer.line.remove', { what: one.what ?? '' })}
                onClick={() => write(results.filter((_, place) => place !== n))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </Group>
        ))}
        {results.length === 0 && <Text c="dimmed">{t('offer.result.none')}</Text>}
        {!readOnly && (
          <Group>
            <Button
              variant="light"
              leftSection={<IconPlus size={14} />}
              onClick={() => write([...results, nothing])}
            >
              {t('offer.result.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
