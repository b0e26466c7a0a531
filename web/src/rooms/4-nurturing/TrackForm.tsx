import { Button, Checkbox, Group, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Awareness, Track, TrackShape } from '@/api/generated/model';
import { api } from '@/api/http';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { levels } from './nurturing';

const shapeOf = (track: Track): TrackShape => ({
  every_days: track.every_days,
  enter_from: track.enter_from,
  enter_to: track.enter_to,
  exit_at: track.exit_at,
  enters_alone: track.enters_alone,
});

/** For whom a track is, and at which pace. */
export function TrackForm({ track, onDone }: { track: Track; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [shape, setShape] = useState(() => shapeOf(track));
  const change = (part: Partial<TrackShape>) => setShape((old) => ({ ...old, ...part }));
  const save = useMutation({
    mutationFn: () => api.put<Track>(`/tracks/${track.sequence_id}`, shape),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/tracks'] });
      onDone();
    },
  });
  const level = (key: 'enter_from' | 'enter_to' | 'exit_at') => (
    <Select
      clearable
      label={t(`nurturing.track.${key}`)}
      placeholder={t('nurturing.track.any_level')}
      data={levels.map((one) => ({ value: one, label: t(`offer.awareness.level.${one}`) }))}
      value={shape[key] ?? null}
      onChange={(next) => change({ [key]: next as Awareness | null })}
    />
  );
  return (
    <form
      className={classes.box}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          <NumberInput
            label={t('nurturing.track.every_days')}
            placeholder={t('nurturing.track.own_pace')}
            min={7}
            max={365}
            allowDecimal={false}
            value={shape.every_days ?? ''}
            onChange={(next) => change({ every_days: next === '' ? null : Number(next) })}
          />
          {level('enter_from')}
          {level('enter_to')}
          {level('exit_at')}
        </SimpleGrid>
        {track.kind === 'regular' && (
          <Checkbox
            label={t('nurturing.track.enters_alone')}
            description={t('nurturing.track.enters_alone_hint')}
            checked={shape.enters_alone ?? false}
            onChange={(event) => change({ enters_alone: event.currentTarget.checked })}
          />
        )}
        <ProblemAlert error={save.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
