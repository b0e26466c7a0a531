import { useEffect, useState } from 'react';
import { isTyping } from '@/app/shell/useShortcuts';

interface RowKeys {
  rows: { id: string }[];
  open: (id: string) => void;
  select?: (id: string) => void;
  show: (index: number) => void;
}

/** j and k walk the rows, Enter opens, x ticks. Answers the id of the row in hand. */
export function useRowKeys({ rows, open, select, show }: RowKeys): string | null {
  const [active, setActive] = useState<string | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return;
      if (document.querySelector('[role="dialog"]')) return;
      const at = rows.findIndex((row) => row.id === active);
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const next = Math.min(rows.length - 1, Math.max(0, at + step));
        setActive(rows[next]?.id ?? null);
        show(next);
      } else if (active && event.key === 'x' && select) select(active);
      else if (active && event.key === 'Enter' && event.target === document.body) open(active);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [rows, active, open, select, show]);
  return active;
}
