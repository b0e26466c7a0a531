// Waiting for what is to come true, with a deadline and a sentence that says what was waited for.
import { setTimeout as pause } from 'node:timers/promises';

const look = 50;

/** Calls `see` until it gives something truthy, and gives that. What it last threw is told at the deadline. */
export async function until(what, see, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const seen = await see();
      if (seen) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`after ${seconds} s still waiting for: ${what}${last ? ` (${last.message})` : ''}`);
    }
    await pause(look);
  }
}

/** `promise`, or an error at the deadline. */
export async function within(what, promise, seconds) {
  const stop = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: stop.signal, ref: false }).then(
    () => {
      throw new Error(`after ${seconds} s still waiting for: ${what}`);
    },
    () => undefined,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
  }
}
