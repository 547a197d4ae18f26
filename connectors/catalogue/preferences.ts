/** What a customer's orders say about what they like, and what that does to an answer. Pure. */
import { readSearchTerms } from "../../language/search-terms.ts";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import { type ProductText, relevanceTo } from "./relevance.ts";

/** What somebody has bought, as far as it orders an answer. */
export type Preferences = {
  /** Kinds of things that they bought most, as the shop names them. */
  readonly categories: readonly string[];
  /** The size that they bought last, by category. */
  readonly sizes: Readonly<Record<string, string>>;
};

/**
 * The same products, best first: one that suits the customer better passes the one before it, and no other. It never passes one that is nearer to what was asked for, and
 * only matches pass matches: what the caller named, priced or insisted on decides, taste does between equals.
 */
export function ordered(
  products: readonly ProductOffer[],
  query: string,
  preferences: Preferences,
): readonly ProductOffer[] {
  const relevance = relevanceTo(readSearchTerms(query), () => 1);
  const judged = products.map((product) => {
    const { coverage, kind } = relevance(textOf(product));
    return { product, coverage, kind, fit: fitOf(product, preferences) };
  });
  for (let at = 1; at < judged.length; at += 1) {
    const [before, here] = [judged[at - 1], judged[at]];
    if (before === undefined || here === undefined || !(before.product.isMatch && here.product.isMatch)) continue;
    if (here.fit <= before.fit || here.coverage < before.coverage || here.kind < before.kind) continue;
    judged.splice(at - 1, 2, here, before);
    // The one that was passed is not passed again.
    at += 1;
  }
  return judged.map(({ product }) => product);
}

/** 2 for the customer's size of a thing, 1 for a kind of thing that they buy, 0 for any other. */
function fitOf(product: ProductOffer, { categories, sizes }: Preferences): number {
  const size = product.attributes.find(({ name }) => name.toLowerCase() === "size")?.value.toLowerCase();
  if (size !== undefined && sizes[product.category] === size) return 2;
  return categories.includes(product.category) ? 1 : 0;
}

function textOf({ title, spokenName, category, attributes, description }: ProductOffer): ProductText {
  const named = Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
  return { title, spokenName, aliases: "", category, attributes: named, description };
}
