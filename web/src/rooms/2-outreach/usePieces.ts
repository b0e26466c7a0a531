import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Piece, PieceState } from '@/api/generated/model';
import { api } from '@/api/http';
import { notifyDone, notifyProblem, notifyUndo } from '@/kit/notify';
import { handOut } from './pieces';

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
    onError: notifyProblem,
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

/** One file of all of them, handed to the browser. */
export function usePrintPieces() {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (ids: readonly string[]) => api.file('/pieces/print', { ids }),
    onError: notifyProblem,
    onSuccess: (file) => {
      handOut(file, 'pieces.pdf');
      notifyDone(t('outreach.piece.printed'));
    },
  });
}
