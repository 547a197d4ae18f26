import type { EffectContext } from "../../runtime/effect.ts";
import type { ProductOffer, SortOrder } from "../../schemas/generated/records.ts";

/** What a caller looks for. Prices and stock are conditions, never matters of similarity. */
export type SearchProducts = {
  readonly query: string;
  /** Minor units, included; null for no bound. */
  readonly priceMinMinor: number | null;
  readonly priceMaxMinor: number | null;
  /** Pieces that must be available, at least 1. */
  readonly quantity: number;
  readonly sort: SortOrder;
};

/** The shop's products, for looking up only. */
export type Catalogue = {
  /**
   * At most five products, best first, with `isMatch` true for those that satisfy every condition. When none does, the nearest without the
   * price condition, all with `isMatch` false. The same question over the same catalogue gives the same answer.
   */
  search(
    input: SearchProducts,
    context: EffectContext,
  ): Promise<{ readonly products: readonly ProductOffer[]; readonly storeWaitMs: number }>;
  /** One product, or null when the shop does not have it. */
  details(
    input: { readonly productId: string },
    context: EffectContext,
  ): Promise<{ readonly product: ProductOffer | null; readonly storeWaitMs: number }>;
};
