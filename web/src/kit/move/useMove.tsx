import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { type MoveKind, type MoveRequest, move, undoMove } from '@/api/cycle';
import { type Deal, type StageKey, stageKeys } from '@/api/model';
import { useRefresh } from '@/api/records';
import { notifyUndo } from '../notify';
import { MoveForm } from './MoveForm';

/** The kind of move that brings a deal to a stage, judged by what is known here; the server decides. */
export function moveTo(deal: Deal, to: StageKey): MoveKind {
  const from = stageKeys.indexOf(deal.stage);
  const target = stageKeys.indexOf(to);
  if (deal.status !== 'open') return deal.status === 'not_yet' ? 'wake' : 'reopen';
  if (target < from) return 'back';
  if (deal.stage === 'offer' && to === 'closing') return 'skip_no_objection';
  if (target > from + 1) return 'skip';
  return deal.missing.length > 0 ? 'advance_forced' : 'advance';
}

/** Moves that need nothing from the reader and happen at once. */
const atOnce: MoveKind[] = ['advance', 'skip_no_objection', 'wake'];

export function useSendMove() {
  const { t } = useTranslation();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ deal, request }: { deal: Deal; request: MoveRequest }) => move(deal, request),
    meta: { quiet: true },
    onSuccess: (_answer, { deal, request }) => {
      const text = t(`cycle.moved.${request.kind}`, { deal: deal.name });
      notifyUndo(text, () => undoMove(deal.id).then(() => refresh('deal')));
    },
    onSettled: () => refresh('deal'),
  });
}

/** Asks for what a move needs. Resolves when the form is closed. */
export function askMove(deal: Deal, kind: MoveKind, to?: StageKey): Promise<void> {
  return new Promise((resolve) => {
    const id = modals.open({
      title: i18next.t(`cycle.move.${kind}`),
      closeButtonProps: { 'aria-label': i18next.t('kit.close') },
      onClose: resolve,
      children: <MoveForm deal={deal} kind={kind} to={to} onDone={() => modals.close(id)} />,
    });
  });
}

/** Starts a move: at once when nothing is asked, else with the form. A refusal opens the form with what is missing. */
export function useStartMove() {
  const send = useSendMove();
  return async (deal: Deal, kind: MoveKind, to?: StageKey): Promise<void> => {
    if (!atOnce.includes(kind)) return askMove(deal, kind, to);
    try {
      await send.mutateAsync({ deal, request: { kind } });
    } catch {
      await askMove(deal, kind === 'advance' ? 'advance_forced' : kind, to);
    }
  };
}
