import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Filled, TalkView } from '@/api/generated/model';
import { api, Problem } from '@/api/http';
import { type Landed, type Patch, type Sent, TalkQueue } from './queue';

interface Facts {
  cells?: Landed[];
}

/** What the server says to changes; a conflict is an answer, not a failure. */
async function send(talk: string, patches: Patch[]): Promise<Sent> {
  try {
    const saved = await api.patch<{ cells: Landed[] }>(`/talks/${talk}/cells`, { patches });
    return { landed: saved.cells };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const facts = error.body.facts as Facts | undefined;
    if (error.code === 'edited_elsewhere' && facts?.cells) return { landed: facts.cells };
    return error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429
      ? 'refused'
      : 'away';
  }
}

/** The places of a talk as they are typed, kept here and sent by themselves. */
export function useTalk(view: TalkView) {
  const client = useQueryClient();
  const queue = useMemo(
    () =>
      new TalkQueue({
        talk: view.id,
        store: localStorage,
        send: (patches) => send(view.id, patches),
        later: (milliseconds, work) => {
          const timer = setTimeout(work, milliseconds);
          return () => clearTimeout(timer);
        },
        newId: () => crypto.randomUUID(),
      }),
    [view.id],
  );
  useSyncExternalStore(queue.subscribe, () => queue.version);
  useEffect(() => queue.open(view.cells), [queue, view.cells]);
  useEffect(() => {
    const now = () => queue.flush();
    window.addEventListener('online', now);
    document.addEventListener('visibilitychange', now);
    return () => {
      window.removeEventListener('online', now);
      document.removeEventListener('visibilitychange', now);
      queue.flush();
    };
  }, [queue]);
  const [unfilled, setUnfilled] = useState<Filled['unfilled']>([]);
  const [wanted, want] = useState(false);
  const { state } = queue;
  // The fields are filled once all that is answered so far is with the server.
  useEffect(() => {
    if (!wanted || state !== 'saved') return;
    want(false);
    api.post<Filled>(`/talks/${view.id}/fill`, {}).then(
      async (filled) => {
        setUnfilled(filled.unfilled);
        await client.invalidateQueries({ queryKey: ['/deals'] });
      },
      // What could not be filled now is filled with the next answer, or at the end.
      () => undefined,
    );
  }, [wanted, state, client, view.id]);
  const fill = useCallback(() => {
    want(true);
    queue.flush();
  }, [queue]);
  const text = (cell: string) => {
    const value = queue.value(cell);
    return typeof value === 'string' ? value : '';
  };
  return { queue, text, unfilled, fill };
}

export type TalkInHand = ReturnType<typeof useTalk>;
