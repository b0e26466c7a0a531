import { ActionIcon, Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { kindsQuery, objectionKinds } from './objections';

/** Names of the workspace's own for what they say, each under one of the kinds. */
export function Labels() {
  const { t, i18n } = useTranslation();
  const canManage = useCan('manager');
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ['/objection-kinds'] });
  const kinds = useQuery(kindsQuery).data ?? [];
  const form = useForm({ initialValues: { label_en: '', label_ko: '', kind: 'price_value' } });
  const add = useMutation({
    meta: { quiet: true },
    mutationFn: (values: typeof form.values) => api.post('/objection-labels', values),
    onSuccess: () => form.reset(),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/objection-labels/${id}`),
    onSettled: refresh,
  });
  const labels = kinds.flatMap((one) => one.labels);
  if (!canManage && labels.length === 0) return null;
  return (
    <Panel title={t('objections.labels.title')} lead={t('objections.labels.lead')}>
      {labels.map((one) => {
        const name = i18n.language === 'ko' ? one.label_ko : one.label_en;
        return (
          <Group key={one.id} gap="xs" py={2}>
            <Text>{name}</Text>
            <Text size="xs" c="dimmed">
              {t(`offer.objection.kind.${one.kind}`)}
            </Text>
            {canManage && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`${t('kit.remove')}: ${name}`}
                onClick={() => remove.mutate(one.id)}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </Group>
        );
      })}
      {canManage && (
        <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
          <Group gap="xs" mt="xs" align="flex-end">
            <TextInput
              required
              label={t('objections.library.in.en')}
              maxLength={100}
              {...form.getInputProps('label_en')}
            />
            <TextInput
              required
              label={t('objections.library.in.ko')}
              maxLength={100}
              {...form.getInputProps('label_ko')}
            />
            <Select
              allowDeselect={false}
              label={t('offer.objection.kind_label')}
              data={objectionKinds.map((one) => ({ value: one, label: t(`offer.objection.kind.${one}`) }))}
              {...form.getInputProps('kind')}
            />
            <Button type="submit" variant="light" loading={add.isPending}>
              {t('kit.add')}
            </Button>
          </Group>
          <ProblemAlert error={add.error} />
        </form>
      )}
    </Panel>
  );
}
