import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Piece, PieceState } from '@/api/generated/model';
import { api } from '@/api/http';
import { notifyDone, notifyProblem, notifyRefused, notifyUndo } from '@/kit/notify';
import { handOut } from './pieces';
import { type Printed, printFaults } from './printFaults';

/** Says where pieces are; each can be taken back to where it was. */
export function useMovePieces() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all(
      ['/pieces', '/tasks', '/today', '/enrolments'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  const move = (ids: string[], state: string) => api.post('/pieces/move', { ids, state });
  const back = async (before: readonly Piece[]) => {
    for (const state of new Set(before.map((one) => one.state))) {
      await move(
        before.filter((one) => one.state === state).map((one) => one.id),
        state,
      );
    }
    await refresh();
  };
  return useMutation({
    mutationFn: ({ pieces, state }: { pieces: readonly Piece[]; state: PieceState }) =>
      move(
        pieces.map((one) => one.id),
        state,
      ),
    onSuccess: (_answer, { pieces, state }) => {
      void refresh();
      const done = t('outreach.piece.moved', {
        count: pieces.length,
        state: t(`outreach.piece.state.${state}`),
      });
      notifyUndo(done, () => back(pieces));
    },
  });
}

/** One file of all of them, handed to the browser; where some cannot be printed, whose and why. */
export function usePrintPieces() {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (pieces: readonly Printed[]) =>
      api.file('/pieces/print', { ids: pieces.map((one) => one.id) }),
    meta: { quiet: true },
    onError: (error, pieces) => {
      const told = printFaults(t, error, pieces);
      if (told.length > 0) notifyRefused(told.join(' '));
      else notifyProblem(error);
    },
    onSuccess: (file) => {
      handOut(file, 'pieces.pdf');
      notifyDone(t('outreach.piece.printed'));
    },
  });
}
