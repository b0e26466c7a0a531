import { useEffect, useRef, useState } from 'react';
import type { Sequence } from '../outreach';
import type { Windows } from '../windows';
import { begun, changed, type History, redone, undone } from './history';
import { type DraftStep, draftOf, plainOf } from './steps';

export interface Draft {
  name: string;
  goal: string;
  mailbox_id: string | null;
  /** Further mailboxes that take turns with it. */
  mailbox_ids: string[];
  windows: Windows;
  steps: DraftStep[];
}

function read({ name, goal, mailbox_id = null, mailbox_ids, windows, steps }: Sequence): Draft {
  return { name, goal, mailbox_id, mailbox_ids, windows, steps: steps.map(draftOf) };
}

/** What of it the server takes. */
export function plainDraft({ steps, ...rest }: Draft) {
  return { ...rest, steps: steps.map(plainOf) };
}

/** The same text for the same content, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, one]) => one !== null)
            .sort(([a], [b]) => a.localeCompare(b)),
        )
      : inner,
  );
}

const textOf = (draft: Draft) => canonical(plainDraft(draft));

export interface Editing {
  draft: Draft;
  /** Whether it differs from what is saved. */
  unsaved: boolean;
  /** `what` names the place that is typed in, so that one word is one step back. */
  change: (next: Partial<Draft>, what?: string) => void;
  undo?: () => void;
  redo?: () => void;
  reset: (to: Sequence) => void;
  /** The revision of what was saved when this began: another's change since is not written over. */
  base: () => number;
}

/** The sequence while it is written, with every state before it to go back to. */
export function useDraft(sequence: Sequence): Editing {
  const [history, setHistory] = useState<History<Draft>>(() => begun(read(sequence)));
  const draft = history.present;
  const began = useRef(sequence);
  const reset = (to: Sequence) => {
    began.current = to;
    setHistory((old) => changed(old, read(to), '', Date.now()));
  };
  const follow = useRef(() => {});
  follow.current = () => {
    const [before, now, mine] = [read(began.current), read(sequence), draft].map(textOf);
    // Whoever has changed nothing sees what a colleague saved.
    if (mine === before && mine !== now) reset(sequence);
    else if (now === before || now === mine) began.current = sequence;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked when what is saved changes, not while one types.
  useEffect(() => follow.current(), [sequence]);
  const editing: Editing = {
    draft,
    unsaved: textOf(draft) !== textOf(read(sequence)),
    change: (next, what = '') =>
      setHistory((old) => changed(old, { ...old.present, ...next }, what, Date.now())),
    undo: history.past.length > 0 ? () => setHistory(undone) : undefined,
    redo: history.future.length > 0 ? () => setHistory(redone) : undefined,
    reset,
    base: () => began.current.revision,
  };
  useUndoKeys(editing);
  return editing;
}

/** Ctrl+Z and Ctrl+Shift+Z, also while a text is typed: its own undo would know nothing of the rest. */
function useUndoKeys(editing: Editing): void {
  const latest = useRef(editing);
  latest.current = editing;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      const back = key === 'z' && !event.shiftKey;
      const again = (key === 'z' && event.shiftKey) || (key === 'y' && !event.shiftKey);
      if ((!back && !again) || document.querySelector('[role="dialog"]')) return;
      event.preventDefault();
      (back ? latest.current.undo : latest.current.redo)?.();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
