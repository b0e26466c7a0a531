import { Button, Group, Radio, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';

const levels = ['unaware', 'problem_aware', 'solution_aware', 'product_aware', 'most_aware'] as const;
type Level = (typeof levels)[number];

const valueKinds = ['educate', 'proof', 'help', 'invite', 'news', 'ask'] as const;
type ValueKind = (typeof valueKinds)[number];

interface AwarenessView {
  level: Level | null;
  moves: { id: string; at: string; to_level: Level; cause: string; note: string | null }[];
  touches: { id: string; kind: ValueKind; title: string; at: string }[];
  /** Signs of interest, faded by age; 25 show interest. */
  score: number;
  asks_too_much: boolean;
}

/** How far they are from "no problem" to "I want it", and why we think so. */
export function Awareness({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const awareness = useQuery({
    queryKey: ['/deals', 'awareness', deal.id],
    queryFn: () => api.get<AwarenessView>(`/deals/${deal.id}/awareness`),
  });
  if (awareness.isPending) return <Skeleton h={120} />;
  if (awareness.isError) return <ProblemAlert error={awareness.error} retry={() => awareness.refetch()} />;
  return (
    <>
      <RecordSection title={t('offer.awareness.title')}>
        <LevelForm key={awareness.data.level} deal={deal} level={awareness.data.level} />
      </RecordSection>
      <RecordSection title={t('offer.awareness.touches')}>
        {awareness.data.touches.map((touch) => (
          <Group key={touch.id} justify="space-between" wrap="nowrap" py={4}>
            <Text>
              {touch.title}{' '}
              <Text span c="dimmed">
                {t(`offer.awareness.value.${touch.kind}`)}
              </Text>
            </Text>
            <Text size="xs" c="dimmed">
              {format.relative(touch.at)}
            </Text>
          </Group>
        ))}
        {awareness.data.asks_too_much && <Text c="var(--harm)">{t('offer.awareness.asks_too_much')}</Text>}
        <TouchForm deal={deal} />
      </RecordSection>
      {awareness.data.moves.length > 0 && (
        <RecordSection title={t('offer.awareness.moves')}>
          {awareness.data.moves.map((move) => (
            <Group key={move.id} justify="space-between" wrap="nowrap" py={4}>
              <Text>
                {textOr(t, `offer.awareness.level.${move.to_level}`, move.to_level)}
                {move.note && (
                  <Text span c="dimmed">
                    {` · ${move.note}`}
                  </Text>
                )}
              </Text>
              <Text size="xs" c="dimmed">
                {format.relative(move.at)}
              </Text>
            </Group>
          ))}
        </RecordSection>
      )}
    </>
  );
}

function LevelForm({ deal, level }: { deal: Deal; level: Level | null }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [chosen, setChosen] = useState<string>(level ?? '');
  const [note, setNote] = useState('');
  const save = useDealWrite(() =>
    api.post(`/deals/${deal.id}/awareness`, { cause: 'said', said: chosen, note: note.trim() }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
    >
      <Stack gap="sm">
        <Radio.Group
          value={chosen}
          onChange={setChosen}
          aria-label={t('offer.awareness.title')}
          readOnly={!canWrite}
        >
          <Stack gap="xs">
            {levels.map((one) => (
              <Radio
                key={one}
                value={one}
                size="xs"
                label={t(`offer.awareness.level.${one}`)}
                description={t(`offer.awareness.hint.${one}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {canWrite && chosen !== (level ?? '') && (
          <Group gap="xs" align="flex-end">
            <TextInput
              flex={1}
              required
              label={t('qualification.discovery.words')}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Button type="submit" loading={save.isPending}>
              {t('kit.save')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

function TouchForm({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [kind, setKind] = useState<ValueKind>('help');
  const [title, setTitle] = useState('');
  const add = useDealWrite(
    () => api.post(`/deals/${deal.id}/value-touches`, { kind, title }),
    () => setTitle(''),
  );
  if (!canWrite) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(undefined);
      }}
    >
      <Group gap="xs" mt="xs">
        <Select
          w={130}
          aria-label={t('offer.awareness.value_kind')}
          allowDeselect={false}
          data={valueKinds.map((one) => ({ value: one, label: t(`offer.awareness.value.${one}`) }))}
          value={kind}
          onChange={(next) => next && setKind(next as ValueKind)}
        />
        <TextInput
          flex={1}
          required
          aria-label={t('offer.awareness.touch')}
          placeholder={t('offer.awareness.touch')}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Button type="submit" variant="light" loading={add.isPending}>
          {t('kit.add')}
        </Button>
      </Group>
    </form>
  );
}
