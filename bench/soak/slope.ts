/** How fast something grows: the line of least squares through samples, and how sure that is. Pure. */
export type Point = { readonly x: number; readonly y: number };

/** Per unit of x. `error` is the standard error of the slope; null with fewer than three points or when all lie at one place. */
export type Slope = { readonly slope: number | null; readonly error: number | null };

/** https://www.itl.nist.gov/div898/handbook/pmd/section4/pmd431.htm */
export function leastSquares(points: readonly Point[]): Slope {
  const count = points.length;
  const mean = (of: (point: Point) => number): number => points.reduce((sum, point) => sum + of(point), 0) / count;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spreadX = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (count < 3 || spreadX === 0) return { slope: null, error: null };
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
  const residuals = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(residuals / (count - 2) / spreadX) };
}
