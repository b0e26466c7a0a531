import { useState } from 'react';

/** The row in hand. When it leaves the list, the one that takes its place comes up. */
export function useChosen(rows: readonly { id: string }[]) {
  const [chosen, setChosen] = useState<{ id: string; at: number } | null>(null);
  const found = rows.findIndex((row) => row.id === chosen?.id);
  const at = Math.max(0, found >= 0 ? found : Math.min(chosen?.at ?? 0, rows.length - 1));
  const choose = (id: string | null) => {
    const place = rows.findIndex((row) => row.id === id);
    setChosen(id === null ? null : { id, at: Math.max(0, place) });
  };
  return { at, choose, isChosen: chosen !== null };
}
