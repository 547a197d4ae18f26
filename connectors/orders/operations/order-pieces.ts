/** The pieces of an order: a line of three is three pieces, each of which can be replaced by itself. */
import type { FactLine, FactProduct } from "./order-facts.ts";

/** How many pieces of a product. */
export type Counted = { readonly productId: string; readonly pieces: number };

/** Every piece, as a line of one, in the order of the lines. */
export function piecesOf(lines: readonly FactLine[]): readonly FactLine[] {
  return lines.flatMap((line) => Array.from({ length: line.quantity }, () => ({ ...line, quantity: 1 })));
}

/** How often each id is named, ordered by id. */
export function countOf(named: readonly (string | { readonly productId: string })[]): readonly Counted[] {
  const counts = new Map<string, number>();
  for (const entry of named) {
    const productId = typeof entry === "string" ? entry : entry.productId;
    counts.set(productId, (counts.get(productId) ?? 0) + 1);
  }
  return [...counts]
    .map(([productId, pieces]) => ({ productId, pieces }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

/** Which pieces the ids mean, one for each, the first one first; null when an id is named more often than the order has it. */
export function gone(pieces: readonly FactLine[], productIds: readonly string[]): readonly number[] | null {
  const taken = new Set<number>();
  for (const productId of productIds) {
    const index = pieces.findIndex((piece, at) => piece.productId === productId && !taken.has(at));
    if (index === -1) return null;
    taken.add(index);
  }
  return [...taken];
}

/** The lines after some pieces were replaced. A line of which only some pieces were replaced becomes several, at its place. */
export function replacePieces(
  lines: readonly FactLine[],
  swaps: readonly { readonly index: number; readonly product: FactProduct }[],
): readonly FactLine[] {
  const byIndex = new Map(swaps.map(({ index, product }) => [index, product]));
  let first = 0;
  return lines.flatMap((line) => {
    const start = first;
    first += line.quantity;
    const split: FactLine[] = [];
    for (let index = start; index < first; index += 1) {
      const product = byIndex.get(index);
      const piece = product === undefined ? { ...line, quantity: 1 } : lineOf(product);
      const last = split.at(-1);
      if (last !== undefined && last.productId === piece.productId && last.unitPriceMinor === piece.unitPriceMinor)
        split[split.length - 1] = { ...last, quantity: last.quantity + 1 };
      else split.push(piece);
    }
    return split;
  });
}

function lineOf({ productId, typeId, name, options, priceMinor }: FactProduct): FactLine {
  return { productId, typeId, name, options, quantity: 1, unitPriceMinor: priceMinor };
}
