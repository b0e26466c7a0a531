import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Listening as Said } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';

interface ListeningProps {
  said: Said;
  user: string;
  name: string;
}

/** A thing to practise, where the newest talks ask for it; nothing otherwise. */
export function Listening({ said, user, name }: ListeningProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const ask = useMutation({
    mutationFn: () => api.post('/tasks', { title: t('talk.practice.task_title'), owner_id: user }),
    onSuccess: async () => {
      notifyDone(t('talk.practice.done', { name }));
      await client.invalidateQueries({ queryKey: ['/tasks'] });
    },
  });
  if (!said.practise) return null;
  const share = format.percent(said.median_share, 0);
  return (
    <Alert title={t('talk.practice.title')}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Text flex="1 1 320px">{t('talk.practice.text', { count: said.talks, name, share })}</Text>
        {canWrite && (
          <Button
            variant="default"
            loading={ask.isPending}
            disabled={ask.isSuccess}
            onClick={() => ask.mutate()}
          >
            {t('talk.practice.task')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
