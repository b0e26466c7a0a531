import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Company, Deal, Page } from '@/api/model';
import { recordQuery } from '@/api/records';
import { notifyDone } from '@/kit/notify';
import type { Enrollee } from '@/kit/openEnrol';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useWhyThem } from '../1-prospecting/useFitWords';
import { type EnrolAnswer, type PreviewMessage, sequencesQuery } from './outreach';
import { MessagePreview } from './PreviewFor';
import { RefusedList } from './RefusedList';

/** Puts people into a sequence after showing what the first of them will read. */
export function EnrolForm({ people, onDone }: { people: Enrollee[]; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sequences = useQuery(sequencesQuery);
  const active = sequences.data?.filter((one) => one.state === 'active') ?? [];
  const [chosen, setSequence] = useState<string | null>(null);
  // Where there is only one to choose, it is chosen.
  const sequence = chosen ?? (active.length === 1 ? (active[0]?.id ?? null) : null);
  const [typed, setWhy] = useState<string | null>(null);
  const proposed = useProposedWhy(people);
  const why = typed ?? proposed;
  const [reason] = useDebouncedValue(why, 400);
  const first = people[0];
  const preview = useQuery({
    queryKey: ['/sequences', sequence, 'preview', first?.personId, first?.dealId, reason],
    queryFn: () =>
      api.post<{ messages: PreviewMessage[] }>(`/sequences/${sequence}/preview`, {
        person_id: first?.personId,
        deal_id: first?.dealId,
        why_them: reason.trim() || null,
      }),
    placeholderData: keepPreviousData,
    enabled: sequence !== null && first !== undefined,
    retry: false,
  });
  const enrol = useMutation({
    mutationFn: () =>
      api.post<EnrolAnswer>(`/sequences/${sequence}/enrol`, {
        people: people.map((one) => ({ person_id: one.personId, deal_id: one.dealId ?? null })),
        why_them: why.trim() || null,
      }),
    meta: { quiet: true },
    onSuccess: async (answer) => {
      await Promise.all(
        ['/enrolments', '/deals', '/people', '/cycle'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
      if (answer.enrolled.length > 0) notifyDone(t('outreach.enrol.done', { count: answer.enrolled.length }));
      if (answer.refused.length === 0) onDone();
    },
  });
  if (sequences.isSuccess && active.length === 0) {
    return <Text c="dimmed">{t('outreach.enrol.no_sequence')}</Text>;
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enrol.mutate();
      }}
    >
      <Stack gap="sm">
        <Select
          required
          label={t('outreach.enrol.sequence')}
          data={active.map((one) => ({ value: one.id, label: one.name }))}
          value={sequence}
          onChange={setSequence}
        />
        <Textarea
          minRows={2}
          label={t('outreach.enrol.why')}
          description={t(proposed ? 'outreach.enrol.why_proposed' : 'outreach.enrol.why_hint')}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        <ProblemAlert error={preview.error} />
        {preview.data?.messages.map((message) => (
          <MessagePreview key={message.step} message={message} />
        ))}
        <ProblemAlert error={enrol.error} />
        {enrol.data && <RefusedList refused={enrol.data.refused} onLeave={onDone} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          <Button type="submit" disabled={!sequence} loading={enrol.isPending}>
            {t('outreach.enrol.button')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The only one they share; undefined where they differ. */
function shared(values: (string | null | undefined)[]): string | undefined {
  const [first, ...others] = values;
  return first && others.every((one) => one === first) ? first : undefined;
}

/** What speaks for the company of everybody to be enrolled; nothing where a deal says why, or companies differ. */
function useProposedWhy(people: Enrollee[]): string {
  const company = shared(people.map((one) => one.companyId));
  const record = useQuery({
    ...recordQuery<Company>('company', company ?? ''),
    enabled: company !== undefined,
  });
  const where = encodeURIComponent(`company_id.eq.${company}`);
  const deals = useQuery({
    queryKey: ['/deals', 'why', company],
    queryFn: () => api.get<Page<Deal>>(`/deals?where=${where}&where=status.eq.open&limit=20`),
    enabled: company !== undefined,
  });
  const words = useWhyThem(record.data);
  return deals.data?.items.every((deal) => !deal.why_them) ? words : '';
}
