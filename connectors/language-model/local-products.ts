/** Which of the products on offer an utterance names. Pure. */

/** A product on offer, as far as it is known by name. */
export type NamedProduct = { readonly name: string; readonly title: string };

const fillers = new Set(
  (
    "a an the one ones that this those these it of for with and or in on please i me my you your would like want some any to is are what how much does do " +
    "can have get take order buy tell about more from i'll i'd let's go yes no yeah okay ok just will be has than so there which who when need show prefer pick choose " +
    "interested think sounds good great price cost weigh made big long many come comes us put add basket cart purchase give hear different"
  ).split(" "),
);

function contentWords(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [])
    .filter((word) => !fillers.has(word))
    .map((word) => (word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word));
}

/** A match: `name` as the shop says it when exactly one product fits best, else the words that fit several. */
export type ProductMatch = {
  readonly name: string;
  /** Share of the utterance's meaningful words that the name explains, 0 to 1. */
  readonly share: number;
  readonly isUnique: boolean;
};

/** The product on offer that shares most words with an utterance; null when none shares any. */
export function matchOffered(utterance: string, offered: readonly NamedProduct[]): ProductMatch | null {
  const said = contentWords(utterance);
  if (said.length === 0) return null;
  const scored = offered
    .map((product) => {
      const named = new Set(contentWords(`${product.name} ${product.title}`));
      const shared = said.filter((word) => named.has(word));
      return { product, shared };
    })
    .filter(({ shared }) => shared.length > 0)
    .sort((a, b) => b.shared.length - a.shared.length);
  const [best, second] = scored;
  if (best === undefined) return null;
  const isUnique = best.shared.length > (second?.shared.length ?? 0);
  return {
    name: isUnique ? best.product.name : best.shared.join(" "),
    share: best.shared.length / said.length,
    isUnique,
  };
}
