import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { askFirst } from '@/kit/askFirst';

/** Takes a framework out of what is offered; talks that follow it keep it. */
export function ArchiveFramework({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () => api.delete(`/frameworks/${id}`),
    onSuccess: async () => {
      await navigate({
        to: '/rooms/$stage',
        params: { stage: 'qualification' },
        search: { tab: 'frameworks' },
      });
      await client.invalidateQueries({ queryKey: ['/frameworks'] });
    },
  });
  const ask = () =>
    askFirst({
      title: t('discovery.archive_title'),
      text: t('discovery.archive_text'),
      confirm: t('discovery.archive'),
      onConfirm: () => archive.mutate(),
    });
  return (
    <Button variant="subtle" color="gray" loading={archive.isPending} onClick={ask}>
      {t('discovery.archive')}
    </Button>
  );
}
