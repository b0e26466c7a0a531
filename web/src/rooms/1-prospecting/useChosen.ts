import { useState } from 'react';
import type { DuplicatePair } from './duplicates';

/** The pair in hand. When it leaves the queue the one that takes its place comes up. */
export function useChosen(pairs: DuplicatePair[]) {
  const [chosen, setChosen] = useState<{ id: string; at: number } | null>(null);
  const found = pairs.findIndex((pair) => pair.id === chosen?.id);
  const at = Math.max(0, found >= 0 ? found : Math.min(chosen?.at ?? 0, pairs.length - 1));
  const choose = (id: string | null) =>
    setChosen(
      id === null
        ? null
        : {
            id,
            at: Math.max(
              0,
              pairs.findIndex((pair) => pair.id === id),
            ),
          },
    );
  return { at, choose, isChosen: chosen !== null };
}
