/** One request after another for each of many, a few under way at a time, so that none waits long behind them. */
export async function several<T>(
  all: readonly T[],
  ask: (one: T) => Promise<unknown>,
  atATime = 4,
): Promise<void> {
  const waiting = [...all];
  const turn = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        await ask(one);
      } catch (error) {
        // What was not begun is not begun any more.
        waiting.length = 0;
        throw error;
      }
    }
  };
  // Whoever is told of a failure has nothing under way any more.
  const turns = await Promise.allSettled(Array.from({ length: atATime }, turn));
  for (const one of turns) if (one.status === 'rejected') throw one.reason;
}
