/** Which of the lines that a caller asks for one quote can hold, and why not the others. Pure. */
import type { LeftLine, QuoteLine, WishedLine } from "../../schemas/generated/records.ts";
import type { ShopRules } from "../postgres/shop-rules.ts";
import { priced } from "./quote-row.ts";
import { freePieces, type StockedProduct } from "./stock.ts";

/** Most pieces that are counted of one product: more than any shop sells at once, and whole in the database. */
const MAX_PIECES = 1_000_000_000;

/** Each product once, where it was named first, with all the pieces that were asked for. */
export function mergedLines(lines: readonly WishedLine[]): readonly WishedLine[] {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of lines)
    pieces.set(productId, Math.min(MAX_PIECES, (pieces.get(productId) ?? 0) + quantity));
  return [...pieces].map(([productId, quantity]) => ({ productId, quantity }));
}

type Shelf = {
  /** What is sold, by id, locked. */
  readonly products: ReadonlyMap<string, StockedProduct>;
  /** What the call's open quote holds: it is given back before anything is taken. */
  readonly olderLines: readonly QuoteLine[];
  readonly taxState: string | null;
  readonly rules: ShopRules;
};

/**
 * The lines that can be held, in the order of asking, and those that cannot, or not in that number. A line that cannot be held in a greater number than before stays
 * as the open quote has it. A line of which there are too few pieces, and which may be ordered all the same, is awaited as a whole and holds none.
 */
export function holdableLines(
  wishes: readonly WishedLine[],
  { products, olderLines, taxState, rules }: Shelf,
): { readonly lines: readonly QuoteLine[]; readonly leftLines: readonly LeftLine[] } {
  const { maxQuantityPerLine, maxLines, maxOrderTotalMinor } = rules.limits;
  const lines: QuoteLine[] = [];
  const leftLines: LeftLine[] = [];
  for (const { productId, quantity } of wishes) {
    const product = products.get(productId);
    const leave = (reason: LeftLine["reason"], availableQuantity: number | null) =>
      leftLines.push({ productId, spokenName: product?.spokenName ?? "", quantity, reason, availableQuantity });
    if (product === undefined || product.currency !== rules.currency) {
      leave("notFound", null);
      continue;
    }
    if (lines.length >= maxLines) {
      leave("tooManyLines", 0);
      continue;
    }
    const older = olderLines.find((line) => line.productId === productId);
    const before = older?.quantity ?? 0;
    // What is awaited is not held.
    const given = older === undefined || older.backorderDays !== null ? 0 : older.quantity;
    const there = freePieces({ ...product, reserved: product.reserved - given });
    const free = product.backorderDays === null ? there : Math.max(there, quantity);
    const of = (pieces: number): QuoteLine => ({
      productId,
      spokenName: product.spokenName,
      quantity: pieces,
      unitPriceMinor: product.priceMinor,
      backorderDays: pieces > there ? product.backorderDays : null,
    });
    const allowed = Math.min(quantity, maxQuantityPerLine);
    const affordable = mostPieces(Math.min(allowed, free), (pieces) => {
      const { totalMinor } = priced({ lines: [...lines, of(pieces)], taxState }, null, rules);
      return totalMinor <= maxOrderTotalMinor;
    });
    const held = affordable === quantity ? quantity : affordable >= before ? before : 0;
    if (held > 0) lines.push(of(held));
    if (held === quantity) continue;
    if (quantity > maxQuantityPerLine) leave("overLimit", maxQuantityPerLine);
    else if (free < quantity) leave("outOfStock", free);
    else leave("overLimit", affordable);
  }
  return { lines, leftLines };
}

/** The greatest number from 0 to `most` that fits; what does not fit fits in no greater number. */
function mostPieces(most: number, fits: (pieces: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
