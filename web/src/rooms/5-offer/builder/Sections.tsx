import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { moved } from '../offer';
import type { PartProps } from './parts';
import { SectionPicture } from './SectionPicture';

/** The chapters, in the order in which they are read. */
export function Sections({ content, onChange, readOnly }: PartProps) {
  const { t } = useTranslation();
  const { sections } = content;
  const write = (next: typeof sections) => onChange({ ...content, sections: next });
  const set = (place: number, changes: Partial<(typeof sections)[number]>) =>
    write(sections.map((one, n) => (n === place ? { ...one, ...changes } : one)));
  const add = () => write([...sections, { id: crypto.randomUUID(), title: '', body: '', file_id: null }]);
  return (
    <Panel title={t('offer.section.title')} lead={t('offer.section.lead')}>
      <Stack gap="md">
        {sections.map((one, n) => (
          <div key={one.id}>
            <Group gap={2} align="flex-end" wrap="nowrap">
              <TextInput
                flex={1}
                maxLength={200}
                readOnly={readOnly}
                label={t('offer.section.heading')}
                value={one.title ?? ''}
                onChange={(event) => set(n, { title: event.currentTarget.value })}
              />
              {!readOnly && (
                <>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    mb={6}
                    disabled={n === 0}
                    aria-label={t('offer.up', { what: one.title ?? '' })}
                    onClick={() => write(moved(sections, n, -1))}
                  >
                    <IconArrowUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    mb={6}
                    disabled={n === sections.length - 1}
                    aria-label={t('offer.down', { what: one.title ?? '' })}
                    onClick={() => write(moved(sections, n, 1))}
                  >
                    <IconArrowDown size={14} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    mb={6}
                    aria-label={t('offer.line.remove', { what: one.title ?? '' })}
                    onClick={() => write(sections.filter((_, place) => place !== n))}
                  >
                    <IconTrash size={14} />
                  </ActionIcon>
                </>
              )}
            </Group>
            <Textarea
              mt={4}
              autosize
              minRows={3}
              readOnly={readOnly}
              aria-label={t('offer.section.body', { what: one.title ?? '' })}
              value={one.body ?? ''}
              onChange={(event) => set(n, { body: event.currentTarget.value })}
            />
            {!readOnly && (
              <SectionPicture fileId={one.file_id ?? null} onChange={(file_id) => set(n, { file_id })} />
            )}
          </div>
        ))}
        {sections.length === 0 && <Text c="dimmed">{t('offer.section.none')}</Text>}
        {!readOnly && (
          <Group>
            <Button variant="light" leftSection={<IconPlus size={14} />} onClick={add}>
              {t('offer.section.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
