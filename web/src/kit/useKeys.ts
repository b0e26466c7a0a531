import { useEffect, useRef } from 'react';
import { isTyping } from '@/app/shell/useShortcuts';

type Actions = Readonly<Record<string, (() => void) | undefined>>;
type Press = Pick<
  KeyboardEvent,
  'key' | 'repeat' | 'metaKey' | 'ctrlKey' | 'altKey' | 'isComposing' | 'defaultPrevented'
>;

/** Keys that may be held down; any other acts once however long it is held. */
const walking = ['j', 'k'];

/** What a key means here: an action, `held` where it has acted already, or null where it is somebody else's. */
export function meaningOf(actions: Actions, press: Press): (() => void) | 'held' | null {
  if (press.defaultPrevented || press.isComposing || press.metaKey || press.ctrlKey || press.altKey)
    return null;
  const action = actions[press.key];
  if (!action) return null;
  return press.repeat && !walking.includes(press.key) ? 'held' : action;
}

/** Whether a dialog, menu or list of options lies over the page. Lists that are closed stay in the document unseen. */
function overlayIsOpen(): boolean {
  const overlays = document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]');
  return [...overlays].some((one) => one.checkVisibility());
}

/** Single keys of a page. They rest while somebody types, holds a modifier or has a dialog or a menu open. */
export function useKeys(actions: Actions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || overlayIsOpen()) return;
      const meaning = meaningOf(latest.current, event);
      if (meaning === null) return;
      event.preventDefault();
      if (meaning !== 'held') meaning();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
