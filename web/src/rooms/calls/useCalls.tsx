import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem, Disposed } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { notifyDone, notifyProblem, notifyUndo } from '@/kit/notify';
import { useKeys } from '@/kit/useKeys';
import type { Disposition } from './calls';

export interface Told {
  disposition: Disposition;
  body: string;
  duration_seconds?: number;
  meeting_at?: string;
  again_on?: string;
}

interface Made {
  item: CallItem;
  /** The call, once the server has it; null when it refused. */
  call: Promise<string | null>;
  forget?: () => void;
}

/** Which call is in hand, what became of each, and taking that back. A call that is dealt with leaves at once. */
export function useCalls(all: CallItem[]) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<{ id: string; at: number } | null>(null);
  const made = useRef<Made[]>([]);
  const items = all.filter((item) => !hidden.has(item.task_id));
  const found = items.findIndex((item) => item.task_id === chosen?.id);
  const at = Math.max(0, found >= 0 ? found : Math.min(chosen?.at ?? 0, items.length - 1));
  const choose = (id: string) =>
    setChosen({
      id,
      at: Math.max(
        0,
        items.findIndex((item) => item.task_id === id),
      ),
    });
  const step = (by: number) => {
    const next = items[at + by];
    if (next) choose(next.task_id);
  };
  const show = (id: string) => setHidden((old) => new Set([...old].filter((one) => one !== id)));
  const refresh = () =>
    client.invalidateQueries({
      predicate: ({ queryKey: [path] }) =>
        ['/calls', '/tasks', '/today', '/people', '/companies', '/deals', '/cycle'].includes(String(path)),
    });

  const takeBack = async (one: Made) => {
    const call = await one.call;
    if (call === null) return;
    await api.post(`/calls/${call}/undo`, {});
    made.current = made.current.filter((other) => other !== one);
    show(one.item.task_id);
    await refresh();
    setChosen({ id: one.item.task_id, at });
  };

  const dispose = (item: CallItem, told: Told) => {
    setHidden((old) => new Set([...old, item.task_id]));
    setChosen({ id: item.task_id, at });
    const one: Made = {
      item,
      call: api.post<Disposed>(`/calls/queue/${item.task_id}/disposition`, told).then(
        (answer) => {
          const words = t(`calls.disposition.${told.disposition}`);
          one.forget = notifyUndo(`${item.person_name}: ${words}`, () => takeBack(one));
          void refresh().then(() => show(item.task_id));
          return answer.call.id;
        },
        (error: unknown) => {
          show(item.task_id);
          notifyProblem(error);
          void refresh();
          return null;
        },
      ),
    };
    made.current.push(one);
  };

  const undoLast = async () => {
    const last = made.current.pop();
    if (!last) return;
    last.forget?.();
    try {
      await takeBack(last);
      notifyDone(t('kit.undone'));
    } catch (error) {
      notifyProblem(error);
    }
  };

  useKeys({
    j: () => step(1),
    k: () => step(-1),
    u: canWrite ? () => void undoLast() : undefined,
  });
  return { items, item: items[at], choose, dispose };
}

export type Calls = ReturnType<typeof useCalls>;
