import type { EffectContext } from "../../runtime/effect.ts";
import type { ProductOffer, SortOrder } from "../../schemas/generated/records.ts";

/** What a caller looks for. Prices and stock are conditions, never matters of similarity. */
export type SearchProducts = {
  /** The caller's words for it. What they say beside the kind of product counts too: "in blue only", "no leather", "rated four stars or better", "most popular". */
  readonly query: string;
  /** Minor units, included; null for no bound. */
  readonly priceMinMinor: number | null;
  readonly priceMaxMinor: number | null;
  /** Pieces that must be available; 0 for products that are sold out, too. */
  readonly quantity: number;
  readonly sort: SortOrder;
  /** Most products told, 1 to 50; 5 where it is not said. */
  readonly limit?: number;
  /** Whether the matches are followed by products that keep to price, stock and rating but are less alike, with `isMatch` false. */
  readonly hasLooser?: boolean;
};

/** The shop's products, for looking up only. */
export type Catalogue = {
  /**
   * At most `limit` products, best first, with `isMatch` true for those that satisfy every condition. When none does, the nearest without the
   * price condition, all with `isMatch` false. The same question over the same catalogue gives the same answer.
   */
  search(
    input: SearchProducts,
    context: EffectContext,
  ): Promise<{ readonly products: readonly ProductOffer[]; readonly storeWaitMs: number }>;
  /** Makes the answer to a question that may soon be asked ready, where answers are kept. */
  prefetch(input: SearchProducts, context: EffectContext): Promise<void>;
  /** One product, or null when the shop does not have it. */
  details(
    input: { readonly productId: string },
    context: EffectContext,
  ): Promise<{ readonly product: ProductOffer | null; readonly storeWaitMs: number }>;
};
