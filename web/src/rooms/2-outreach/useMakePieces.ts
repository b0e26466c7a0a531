import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyUndo } from '@/kit/notify';
import type { Named } from '@/kit/openConsent';
import { type Made, makePieces, type PieceText, removePieces } from './makePieces';

/** Makes pieces for people; where it ended early, again only for whom nothing is settled. */
export function useMakePieces(people: readonly Named[], onDone: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [settled, settle] = useState<ReadonlySet<string>>(new Set());
  const [refused, refuse] = useState<Made['refused']>([]);
  const [done, setDone] = useState(0);
  const left = people.filter((one) => !settled.has(one.id));
  const refresh = () =>
    Promise.all(['/pieces', '/people'].map((key) => client.invalidateQueries({ queryKey: [key] })));
  const make = useMutation({
    mutationFn: (text: PieceText) => {
      setDone(0);
      return makePieces(left, text, setDone);
    },
    onSuccess: async ({ pieces, refused: now, error }) => {
      const all = [...refused, ...now];
      settle(
        new Set([...settled, ...pieces.map((one) => one.person_id), ...now.map((one) => one.person.id)]),
      );
      refuse(all);
      if (pieces.length > 0) {
        const undo = () => removePieces(pieces).then(refresh);
        notifyUndo(t('outreach.piece.prepared', { count: pieces.length }), undo);
      }
      if (all.length === 0 && error === null) onDone();
      await refresh();
    },
  });
  return { make, left, refused, done };
}
