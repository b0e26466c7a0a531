import { Button, Group, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useRefresh } from '@/api/records';
import { type ResearchKind, researchKinds } from '@/api/research';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';

interface ResearchItem {
  kind: ResearchKind;
  text: string;
  source: string | null;
}

/** Five things worth knowing before the first word, each with where it was found. */
export function Research({ deal }: { deal: Deal }) {
  const research = useQuery({
    queryKey: ['/deals', 'research', deal.id],
    queryFn: () => api.get<{ items: ResearchItem[] }>(`/deals/${deal.id}/research`),
  });
  if (research.isPending) return <Skeleton h={120} />;
  if (research.isError) return <ProblemAlert error={research.error} retry={() => research.refetch()} />;
  return <ResearchForm deal={deal} items={research.data.items} />;
}

function ResearchForm({ deal, items }: { deal: Deal; items: ResearchItem[] }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const canWrite = useCan('rep');
  const [draft, setDraft] = useState<Record<string, ResearchItem>>(() =>
    Object.fromEntries(items.map((item) => [item.kind, item])),
  );
  const change = (kind: ResearchKind, next: Partial<ResearchItem>) =>
    setDraft((old) => ({ ...old, [kind]: { ...(old[kind] ?? { kind, text: '', source: null }), ...next } }));
  const save = useMutation({
    mutationFn: () =>
      api.put(`/deals/${deal.id}/research`, {
        items: Object.values(draft)
          .filter((item) => item.text.trim() !== '')
          .map((item) => ({ ...item, source: item.source || null })),
      }),
    onSuccess: () => notifyDone(t('kit.saved')),
    onSettled: () => refresh('deal'),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">{t('prospecting.research.lead')}</Text>
        {researchKinds.map((kind) => (
          <Stack key={kind} gap={4}>
            <Textarea
              minRows={1}
              readOnly={!canWrite}
              label={t(`prospecting.research.${kind}`)}
              value={draft[kind]?.text ?? ''}
              onChange={(event) => change(kind, { text: event.currentTarget.value })}
            />
            {draft[kind]?.text && (
              <TextInput
                size="xs"
                readOnly={!canWrite}
                aria-label={t('prospecting.research.source')}
                placeholder={t('prospecting.research.source')}
                value={draft[kind]?.source ?? ''}
                onChange={(event) => change(kind, { source: event.currentTarget.value })}
              />
            )}
          </Stack>
        ))}
        {canWrite && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t('kit.save')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
