/** Times of work that is done again and again. */

/** Milliseconds of each, one after the other. */
export async function timesOf<T>(inputs: readonly T[], work: (input: T) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const input of inputs) {
    const startedAt = performance.now();
    await work(input);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** How many succeed in a second, with so many at a time, over at least `ms`; and what share of them failed, 0 to 1. */
export async function rateAtOnce(
  atOnce: number,
  ms: number,
  work: (index: number) => Promise<unknown>,
): Promise<{ readonly perSecond: number; readonly failedShare: number }> {
  const startedAt = performance.now();
  let [next, done, failed] = [0, 0, 0];
  const worker = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      next += 1;
      try {
        await work(next);
        done += 1;
      } catch {
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return {
    perSecond: (done * 1000) / (performance.now() - startedAt),
    failedShare: failed / Math.max(1, done + failed),
  };
}
