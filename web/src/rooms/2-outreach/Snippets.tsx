import { ActionIcon, Badge, Button, Group, Modal, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconQuote, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Snippet } from '@/api/generated/model';
import { api } from '@/api/http';
import { membersQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { askFirst } from '@/kit/askFirst';
import { EmptyState } from '@/kit/EmptyState';
import { notifyProblem } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from './outreach.module.css';
import { SnippetForm } from './SnippetForm';
import { snippetsQuery } from './snippets';

/** Texts and stories that mails insert. */
export function Snippets() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const snippets = useQuery(snippetsQuery);
  const [open, setOpen] = useState<Snippet | 'new' | null>(null);
  const button = canWrite && <Button onClick={() => setOpen('new')}>{t('outreach.snippet.create')}</Button>;
  return (
    <>
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={t(open === 'new' ? 'outreach.snippet.create' : 'outreach.snippet.edit')}
        closeButtonProps={{ 'aria-label': t('kit.close') }}
      >
        {open !== null && <SnippetForm snippet={open === 'new' ? null : open} onDone={() => setOpen(null)} />}
      </Modal>
      {snippets.data?.length === 0 ? (
        <EmptyState
          icon={<IconQuote size={32} stroke={1.3} />}
          title={t('outreach.snippet.empty')}
          text={t('outreach.snippet.empty_text')}
          action={button}
        />
      ) : (
        <Panel title={t('outreach.tab.snippets')} lead={t('outreach.snippet.lead')} actions={button}>
          <ProblemAlert error={snippets.error} retry={() => snippets.refetch()} />
          {snippets.isPending && <Skeleton h={80} />}
          {snippets.data?.map((snippet) => (
            <Line key={snippet.id} snippet={snippet} canWrite={canWrite} onOpen={() => setOpen(snippet)} />
          ))}
        </Panel>
      )}
    </>
  );
}

interface LineProps {
  snippet: Snippet;
  canWrite: boolean;
  onOpen: () => void;
}

function Line({ snippet, canWrite, onOpen }: LineProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const owner = useQuery(membersQuery).data?.find((one) => one.user_id === snippet.owner_id);
  const remove = useMutation({
    mutationFn: () => api.delete(`/snippets/${snippet.id}`),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ['/snippets'] }),
  });
  const ask = () =>
    askFirst({
      title: t('outreach.snippet.remove'),
      text: t('outreach.snippet.remove_text', { name: snippet.name }),
      confirm: t('kit.remove'),
      onConfirm: () => remove.mutate(),
    });
  const text = snippet.texts[i18n.language] ?? Object.values(snippet.texts)[0] ?? '';
  return (
    <Group justify="space-between" wrap="nowrap" className={classes.line}>
      <UnstyledButton onClick={onOpen} disabled={!canWrite} flex={1} miw={0}>
        <Group gap="xs">
          <Text component="span" fw={600}>
            {snippet.name}
          </Text>
          {snippet.kind === 'story' && (
            <Text component="span" size="xs" c="dimmed">
              {t('outreach.snippet.told_by', { name: owner?.name ?? t('outreach.snippet.everybody') })}
            </Text>
          )}
          {snippet.pains.map((pain) => (
            <Badge key={pain} variant="light" tt="none">
              {pain}
            </Badge>
          ))}
        </Group>
        <Text size="xs" c="dimmed" truncate>
          {text}
        </Text>
      </UnstyledButton>
      <Group gap="xs" wrap="nowrap">
        {Object.keys(snippet.texts).map((locale) => (
          <Badge key={locale} size="sm" color="gray" variant="outline" tt="uppercase">
            {locale}
          </Badge>
        ))}
        {canWrite && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`${t('kit.remove')}: ${snippet.name}`}
            onClick={ask}
          >
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </Group>
    </Group>
  );
}
