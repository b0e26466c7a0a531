/** What was written before, to go back to, and what was taken back, to bring again. */

export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What was changed last and when, so that one word typed is one step back. */
  last: { what: string; at: number } | null;
}

const most = 100;
const together = 1200;

export function begun<T>(present: T): History<T> {
  return { past: [], present, future: [], last: null };
}

/** `what` names what is changed; the same thing again within a moment belongs to the change before. `at` in milliseconds. */
export function changed<T>(history: History<T>, present: T, what: string, at: number): History<T> {
  const { last, past } = history;
  const same = what !== '' && last?.what === what && at - last.at < together;
  const before = same ? past : [...past.slice(-most + 1), history.present];
  return { past: before, present, future: [], last: { what, at } };
}

export function undone<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    last: null,
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, last: null };
}
