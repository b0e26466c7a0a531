import { Checkbox, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Page, Task } from '@/api/model';
import { DueDate } from '../DueDate';
import { notifyUndo } from '../notify';
import { RecordSection } from './RecordLayout';

export function useFinishTask() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all(
      ['/tasks', '/today', '/cycle', '/deals', '/companies', '/people'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  return useMutation({
    mutationFn: (id: string) => api.post(`/tasks/${id}/done`, {}),
    onSuccess: (_answer, id) => {
      void refresh();
      notifyUndo(t('records.task.finished'), () => api.post(`/tasks/${id}/reopen`).then(refresh));
    },
  });
}

/** Open tasks about a record. */
export function Tasks({ about }: { about: Record<string, string> }) {
  const { t } = useTranslation();
  const finish = useFinishTask();
  const params = new URLSearchParams({ limit: '20' });
  for (const [field, id] of Object.entries(about)) params.append('where', `${field}.eq.${id}`);
  const { data } = useQuery({
    queryKey: ['/tasks', about],
    queryFn: () => api.get<Page<Task>>(`/tasks?${params}`),
  });
  const open = data?.items ?? [];
  if (open.length === 0) return null;
  return (
    <RecordSection title={t('records.task.many')}>
      {open.map((task) => (
        <Group key={task.id} gap="xs" wrap="nowrap" align="flex-start" py={4}>
          <Checkbox
            size="xs"
            mt={2}
            checked={finish.isPending && finish.variables === task.id}
            onChange={() => finish.mutate(task.id)}
            aria-label={`${t('kit.done')}: ${task.title}`}
          />
          <Text flex={1}>{task.title}</Text>
          <DueDate day={task.due_on} />
        </Group>
      ))}
    </RecordSection>
  );
}
