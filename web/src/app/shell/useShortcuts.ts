import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

const places: Record<string, string> = {
  t: '/today',
  c: '/cycle',
  d: '/deals',
  p: '/people',
  o: '/companies',
  i: '/insight',
};

const secondKeyMilliseconds = 1200;

/** Controls that take no letters. */
const letterless = ['radio', 'checkbox', 'button', 'submit'];

/** True while the key belongs to a text field. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (target instanceof HTMLInputElement) return !letterless.includes(target.type);
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null;
}

/** Keys that work on every page. A page may answer a key first and call `preventDefault`. */
export function useShortcuts(open: { palette: () => void; help: () => void }): void {
  const router = useRouter();
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open.palette();
        return;
      }
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyping(event) || dialogIsOpen()) return;
      const place = Date.now() < goUntil ? places[event.key] : undefined;
      goUntil = 0;
      if (place) router.history.push(place);
      else if (event.key === 'g') goUntil = Date.now() + secondKeyMilliseconds;
      else if (event.key === '?') open.help();
      else if (event.key === '/') focusSearch(open.palette);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('sevenfold:shortcuts', open.help);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('sevenfold:shortcuts', open.help);
    };
  }, [router, open.palette, open.help]);
}

/** The search box of the list on screen, else the palette. */
function focusSearch(palette: () => void): void {
  const box = document.querySelector<HTMLInputElement>('input[data-page-search]');
  if (box) box.focus();
  else palette();
}
