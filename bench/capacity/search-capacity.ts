/** The largest load that is held, by search. */

/** One try: whether so many calls are held, and why not. */
export type Try = { readonly calls: number; readonly isHeld: boolean };

/**
 * Doubles from `from` until a load is not held or `most` is reached, then halves the gap until it is at most `within` calls. Resolves with the largest load that was held, 0 when none was.
 * A load that is too large is followed by smaller ones, so that a search takes few of the large loads.
 */
export async function searchCapacity(
  { from, most, within }: { readonly from: number; readonly most: number; readonly within: number },
  isHeld: (calls: number) => Promise<boolean>,
): Promise<{ readonly held: number; readonly tries: readonly Try[] }> {
  const tries: Try[] = [];
  const attempt = async (calls: number): Promise<boolean> => {
    const held = await isHeld(calls);
    tries.push({ calls, isHeld: held });
    return held;
  };
  let low = 0;
  let high: number | undefined;
  for (let calls = Math.min(from, most); ; calls = Math.min(calls * 2, most)) {
    if (!(await attempt(calls))) {
      high = calls;
      break;
    }
    low = calls;
    if (calls === most) break;
  }
  while (high !== undefined && high - low > Math.max(1, within)) {
    const middle = Math.floor((low + high) / 2);
    if (await attempt(middle)) low = middle;
    else high = middle;
  }
  return { held: low, tries };
}
