/** Several runs of the same measurement: the middle one, and between what they lay. */
export type Spread = {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Every run's figure, in the order of the runs. */
  readonly runs: readonly number[];
};

/** The spread of at least one figure; the median of an even number is the mean of the middle two. */
export function spreadOf(runs: readonly number[]): Spread {
  const sorted = runs.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new RangeError("a spread needs at least one figure");
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? min) + (sorted[Math.floor(middle)] ?? min)) / 2;
  return { median, min, max, runs: [...runs] };
}

/** `1.5 (1.3–2.0)`; without the bounds when there was one run, or when they are the same. */
export function printSpread({ median, min, max }: Spread, digits: number): string {
  const [middle, low, high] = [median, min, max].map((figure) => printFigure(figure, digits));
  return low === high ? `${middle}` : `${middle} (${low}–${high})`;
}

/** A figure with digits behind the point; large ones with thin spaces between thousands. */
export function printFigure(figure: number, digits: number): string {
  const [whole = "", fraction] = figure.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u2009");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
