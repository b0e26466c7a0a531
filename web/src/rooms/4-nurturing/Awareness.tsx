import { Button, Group, Radio, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { BestNext } from './BestNext';
import { awarenessQuery, gives, type Level, levels } from './nurturing';
import { Signals } from './Signals';

const valueKinds = [...gives, 'ask'] as const;
type ValueKind = (typeof valueKinds)[number];

/** How far they are from "no problem" to "I want it", and why we think so. */
export function Awareness({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const awareness = useQuery(awarenessQuery(deal.id));
  const first = useCommittee(deal.id).data?.[0];
  const undo = useDealWrite((move: string) => api.delete(`/deals/${deal.id}/awareness/${move}`));
  if (awareness.isPending) return <Skeleton h={120} />;
  if (awareness.isError) return <ProblemAlert error={awareness.error} retry={() => awareness.refetch()} />;
  return (
    <>
      <RecordSection title={t('offer.awareness.title')}>
        <LevelForm key={awareness.data.level} deal={deal} level={awareness.data.level ?? null} />
      </RecordSection>
      <Signals deal={deal} view={awareness.data} />
      <BestNext deal={deal} person={first?.person_id ?? null} />
      <RecordSection title={t('offer.awareness.touches')}>
        {awareness.data.touches.map((touch) => (
          <Group key={touch.id} justify="space-between" wrap="nowrap" py={4}>
            <Text>
              {touch.title}{' '}
              <Text span c="dimmed">
                {t(`offer.awareness.value.${touch.kind as ValueKind}`)}
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
          {awareness.data.moves.map((move, n, all) => (
            <Group key={move.id} justify="space-between" wrap="nowrap" py={4}>
              <Text>
                {textOr(t, `offer.awareness.level.${move.to_level}`, move.to_level)}
                <Text span c="dimmed">
                  {[` · ${textOr(t, `nurturing.cause.${move.cause}`, move.cause)}`, move.note]
                    .filter(Boolean)
                    .join(' · ')}
                </Text>
              </Text>
              <Group gap="xs" wrap="nowrap">
                {canWrite && n === all.length - 1 && move.created_by && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    loading={undo.isPending}
                    onClick={() => undo.mutate(move.id)}
                  >
                    {t('nurturing.undo')}
                  </Button>
                )}
                <Text size="xs" c="dimmed">
                  {format.relative(move.at)}
                </Text>
              </Group>
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
  const [cause, setCause] = useState<'said' | 'corrected'>('said');
  const save = useDealWrite(() =>
    api.post(`/deals/${deal.id}/awareness`, { cause, said: chosen, note: note.trim() }),
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
            <Select
              w={150}
              allowDeselect={false}
              label={t('nurturing.why_changed')}
              data={(['said', 'corrected'] as const).map((one) => ({
                value: one,
                label: t(`nurturing.cause.${one}`),
              }))}
              value={cause}
              onChange={(next) => setCause(next === 'corrected' ? 'corrected' : 'said')}
            />
            <TextInput
              flex={1}
              miw={160}
              required
              label={t(cause === 'said' ? 'qualification.discovery.words' : 'nurturing.reason')}
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
