import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { choose, otherSide } from '@/kit/merge/compare';
import { type Draft, useRefreshMerged } from '@/kit/merge/queries';
import { notifyDone, notifyProblem, notifyUndo } from '@/kit/notify';
import type { DuplicateCase, DuplicatePair } from './duplicates';

interface Decision {
  pair: DuplicatePair;
  /** The pair and the record that left the queue with it. */
  gone: string[];
  /** Whether the server took it. */
  taken: Promise<boolean>;
  /** Takes the offer to undo away. */
  forget?: () => void;
}

/**
 * Merges pairs, calls them two, and takes that back. What was decided leaves the queue at once, before the server has
 * answered; it comes back when the server refuses.
 */
export function useDecisions(onBack: (pair: DuplicatePair) => void) {
  const { t } = useTranslation();
  const refresh = useRefreshMerged();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const made = useRef<Decision[]>([]);
  const hide = (ids: string[]) => setHidden((old) => new Set([...old, ...ids]));
  const show = (ids: string[]) => setHidden((old) => new Set([...old].filter((id) => !ids.includes(id))));

  const reopen = async (pair: DuplicatePair, gone: string[]) => {
    await api.post(`/duplicates/pairs/${pair.id}/reopen`);
    made.current = made.current.filter((one) => one.pair.id !== pair.id);
    show(gone);
    await refresh();
    onBack(pair);
  };

  const decide = (pair: DuplicatePair, gone: string[], told: string, send: () => Promise<unknown>) => {
    hide(gone);
    const decision: Decision = {
      pair,
      gone,
      taken: send().then(
        () => {
          decision.forget = notifyUndo(told, () => reopen(pair, gone));
          void refresh();
          return true;
        },
        (error: unknown) => {
          show(gone);
          notifyProblem(error);
          void refresh();
          return false;
        },
      ),
    };
    made.current.push(decision);
  };

  const merge = ({ pair, records, preview }: DuplicateCase, { keep, choices }: Draft) => {
    const goes = records[otherSide(keep)].id;
    const told = t('prospecting.duplicates.merged_told', { a: pair.a_name, b: pair.b_name });
    const body = { keep: records[keep].id, choose: choose(keep, choices, preview.differences) };
    decide(pair, [pair.id, goes], told, () => api.post(`/duplicates/pairs/${pair.id}/merge`, body));
  };

  const reject = (pair: DuplicatePair) => {
    const told = t('prospecting.duplicates.rejected_told', { a: pair.a_name, b: pair.b_name });
    decide(pair, [pair.id], told, () => api.post(`/duplicates/pairs/${pair.id}/reject`));
  };

  /** Takes the newest decision of this page back. */
  const undoLast = async () => {
    const last = made.current.pop();
    if (!last || !(await last.taken)) return;
    last.forget?.();
    try {
      await reopen(last.pair, last.gone);
      notifyDone(t('kit.undone'));
    } catch (error) {
      notifyProblem(error);
    }
  };

  /** Whether a pair still waits here: neither it nor one of its records is gone. */
  const waits = useCallback(
    (pair: DuplicatePair) => ![pair.id, pair.a_id, pair.b_id].some((id) => hidden.has(id)),
    [hidden],
  );
  return { merge, reject, reopen, undoLast, waits };
}
