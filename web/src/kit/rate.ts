/** Units a second since the start; null before anything can be said. `now` in epoch milliseconds. */
export function unitsPerSecond(done: number, startedAt: string | null, now: number): number | null {
  if (!startedAt || done === 0) return null;
  const seconds = (now - Date.parse(startedAt)) / 1000;
  return seconds > 0.2 ? done / seconds : null;
}

/** Seconds until all is done at this rate; null when it cannot be known. */
export function secondsLeft(done: number, total: number, rate: number | null): number | null {
  if (rate === null || rate <= 0 || total <= 0) return null;
  return Math.max(0, total - done) / rate;
}
