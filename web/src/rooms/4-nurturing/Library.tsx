import { Button, Group, Modal, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBooks, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Content } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ContentForm } from './ContentForm';
import { ContentLine } from './ContentLine';
import { Gaps } from './Gaps';
import { contentQuery, forms, searchContentQuery } from './nurturing';

/** What we can give somebody: links, stories and answers, what came of each, and what is still to be written. */
export function Library() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words.trim(), 250);
  const [form, setForm] = useState('');
  const all = useQuery(contentQuery);
  const found = useQuery(searchContentQuery(asked, form));
  const [open, setOpen] = useState<Content | 'new' | null>(null);
  const button = canWrite && <Button onClick={() => setOpen('new')}>{t('nurturing.content.create')}</Button>;
  return (
    <Stack gap="lg">
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={t(open === 'new' ? 'nurturing.content.create' : 'nurturing.content.edit')}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {open !== null && <ContentForm content={open === 'new' ? null : open} onDone={() => setOpen(null)} />}
      </Modal>
      {all.data?.length === 0 ? (
        <EmptyState
          icon={<IconBooks size={32} stroke={1.3} />}
          title={t('nurturing.content.empty')}
          text={t('nurturing.content.empty_text')}
          action={button}
        />
      ) : (
        <Panel title={t('nurturing.tab.content')} lead={t('nurturing.content.lead')} actions={button}>
          <Group gap="xs" mb="sm">
            <TextInput
              flex={1}
              miw={180}
              maxLength={200}
              leftSection={<IconSearch size={14} />}
              aria-label={t('nurturing.content.search')}
              placeholder={t('nurturing.content.search')}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Select
              w={140}
              allowDeselect={false}
              aria-label={t('nurturing.content.form')}
              data={[
                { value: '', label: t('nurturing.content.all_forms') },
                ...forms.map((one) => ({ value: one, label: t(`nurturing.form.${one}`) })),
              ]}
              value={form}
              onChange={(next) => setForm(next ?? '')}
            />
          </Group>
          <ProblemAlert error={found.error} retry={() => found.refetch()} />
          {found.isPending && <Skeleton h={80} />}
          {found.data?.length === 0 && <Text c="dimmed">{t('nurturing.content.none_found')}</Text>}
          {found.data?.map((one) => (
            <ContentLine key={one.id} content={one} canWrite={canWrite} onOpen={() => setOpen(one)} />
          ))}
        </Panel>
      )}
      <Gaps />
    </Stack>
  );
}
