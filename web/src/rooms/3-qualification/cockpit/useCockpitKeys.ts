import { useEffect, useRef } from 'react';
import { useKeys } from '@/kit/useKeys';

interface CockpitKeys {
  next: () => void;
  previous: () => void;
  notes: () => void;
  finish: () => void;
}

/** Single keys while nobody types; the same with Alt while somebody does, since here one types nearly always. */
export function useCockpitKeys(keys: CockpitKeys): void {
  useKeys({ j: keys.next, k: keys.previous, n: keys.notes, f: keys.finish });
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented)
        return;
      const { next, previous, notes, finish } = latest.current;
      const byCode: Record<string, () => void> = {
        KeyJ: next,
        ArrowDown: next,
        KeyK: previous,
        ArrowUp: previous,
        KeyN: notes,
        KeyF: finish,
      };
      const act = byCode[event.code];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
