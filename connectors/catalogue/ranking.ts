/** Which of the products that were found are told to the caller, and in which order. */
import type { SortOrder } from "../../schemas/generated/records.ts";

/** A product that meaning or words brought up. */
export type Candidate = {
  readonly productId: string;
  /** Cosine similarity of question and product. */
  readonly similarity: number;
  /** How well the words match; 0 when none does. */
  readonly wordRank: number;
  readonly priceMinor: number;
  readonly rating: number;
  /** Higher is newer. */
  readonly position: number;
};

/** What the caller wants of the answer. */
export type Wish = {
  readonly priceMinMinor: number | null;
  readonly priceMaxMinor: number | null;
  readonly sort: SortOrder;
  readonly limit: number;
};

/**
 * How far below the most similar product of the whole shop a product may be and still count as what was asked for. Prices are looked at within that circle only: under ten
 * dollars there is always something, but it need not be a pair of headphones. Measured with shop/spoken-queries.jsonl: from 0.07 on, every product that answers a question is
 * within the circle.
 */
const RELEVANCE_MARGIN = 0.08;
/** The same where another order than that of relevance decides, and a loose likeness would come first for its price alone. */
const CLOSE_MARGIN = 0.04;
/** Below this similarity, even the best product is not what was asked for: in the same measurement, questions with an answer begin at 0.62 and nonsense ends at 0.56. */
const MIN_SIMILARITY = 0.58;
/** Of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009). */
const FUSION_K = 60;

/** The chosen products, best first. All of them satisfy the wish, or none does and they are the nearest. */
export function choose(
  candidates: readonly Candidate[],
  wish: Wish,
): { readonly productIds: readonly string[]; readonly isMatch: boolean } {
  const best = Math.max(...candidates.map(({ similarity }) => similarity));
  const within = (margin: number) => fused(candidates.filter(({ similarity }) => similarity >= best - margin));
  const asked = within(wish.sort === "relevance" ? RELEVANCE_MARGIN : CLOSE_MARGIN);
  const matching = best < MIN_SIMILARITY ? [] : asked.filter((candidate) => priceGap(candidate, wish) === 0);
  if (matching.length > 0) return { productIds: idsOf(sorted(matching, wish.sort), wish.limit), isMatch: true };
  const nearest = sortedBy(within(CLOSE_MARGIN), (candidate) => priceGap(candidate, wish));
  return { productIds: idsOf(nearest, wish.limit), isMatch: false };
}

/** Minor units between a price and the bounds; 0 within them. */
function priceGap({ priceMinor }: Candidate, { priceMinMinor, priceMaxMinor }: Wish): number {
  return Math.max((priceMinMinor ?? 0) - priceMinor, priceMinor - (priceMaxMinor ?? Number.MAX_SAFE_INTEGER), 0);
}

/** By the sum of reciprocal ranks in meaning and in words; equal sums by id, so that the order is always the same. */
function fused(candidates: readonly Candidate[]): readonly Candidate[] {
  const byId = [...candidates].sort((a, b) => (a.productId < b.productId ? -1 : 1));
  const scores = new Map<string, number>();
  const score = (ranked: readonly Candidate[]) => {
    for (const [index, { productId }] of ranked.entries())
      scores.set(productId, (scores.get(productId) ?? 0) + 1 / (FUSION_K + index + 1));
  };
  score(sortedBy(byId, ({ similarity }) => -similarity));
  const withWords = byId.filter(({ wordRank }) => wordRank > 0);
  score(sortedBy(withWords, ({ wordRank }) => -wordRank));
  return sortedBy(byId, ({ productId }) => -(scores.get(productId) ?? 0));
}

function sorted(candidates: readonly Candidate[], sort: SortOrder): readonly Candidate[] {
  switch (sort) {
    case "relevance":
      return candidates;
    case "priceAscending":
      return sortedBy(candidates, ({ priceMinor }) => priceMinor);
    case "priceDescending":
      return sortedBy(candidates, ({ priceMinor }) => -priceMinor);
    case "ratingDescending":
      return sortedBy(candidates, ({ rating }) => -rating);
    case "newest":
      return sortedBy(candidates, ({ position }) => -position);
  }
}

/** Ascending; Array's sort keeps the order of equals. */
function sortedBy(candidates: readonly Candidate[], value: (candidate: Candidate) => number): readonly Candidate[] {
  return [...candidates].sort((a, b) => value(a) - value(b));
}

function idsOf(candidates: readonly Candidate[], limit: number): readonly string[] {
  return candidates.slice(0, limit).map(({ productId }) => productId);
}
