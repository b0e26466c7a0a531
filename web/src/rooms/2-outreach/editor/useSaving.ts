import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, Problem } from '@/api/http';
import { notifyDone } from '@/kit/notify';
import { fieldProblems } from '@/kit/problems';
import { type Sequence, sequenceQuery } from '../outreach';
import type { Faults } from './faults';
import { forkFaults } from './order';
import { type Editing, plainDraft } from './useDraft';

/** What the server found wrong, until it is changed. */
export function useSaving(sequence: Sequence, { draft, base, reset }: Editing) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [found, setFound] = useState<Faults>({});
  const write = async () => {
    const saved = await api.patch<Sequence>(`/sequences/${sequence.id}`, plainDraft(draft), base());
    client.setQueryData(sequenceQuery(sequence.id).queryKey, saved);
  };
  const onSettled = () => client.invalidateQueries({ queryKey: ['/sequences'] });
  const onError = async (error: unknown) => {
    // A colleague saved meanwhile: theirs is shown, one step back is one's own.
    if (error instanceof Problem && error.code === 'stale')
      reset(await client.fetchQuery({ ...sequenceQuery(sequence.id), staleTime: 0 }));
    setFound(Object.fromEntries(fieldProblems(t, error).map((one) => [one.field, one.message])));
  };
  const done = (text: string) => () => {
    setFound({});
    notifyDone(text);
  };
  const save = useMutation({ mutationFn: write, onError, onSettled, onSuccess: done(t('kit.saved')) });
  const activate = useMutation({
    mutationFn: async () => {
      await write();
      await api.post(`/sequences/${sequence.id}/activate`);
    },
    onError,
    onSettled,
    onSuccess: done(t('outreach.sequence.activated')),
  });
  const local = forkFaults(draft.steps).map(({ step, fork, why }) => [
    `steps.${step}.branches.${fork}.go_to`,
    t(`outreach.fork.${why}`),
  ]);
  const faults: Faults = { ...found, ...Object.fromEntries(local) };
  /** What was said of these fields no longer holds. */
  const forget = (gone: (field: string) => boolean) =>
    setFound((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !gone(field))));
  return { save, activate, faults, forget };
}
