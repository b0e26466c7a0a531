// A seeded source of chance, so that a failure can be run again.

export const seed = Number(process.env.E2E_SEED ?? 7);

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function chance(from = seed) {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
