/** Which of the products that were found are told to the caller, and in which order. Pure. */
import type { SortOrder } from "../../schemas/generated/records.ts";
import type { Relevance } from "./relevance.ts";

/** A product that meaning or words brought up. */
export type Candidate = Relevance & {
  readonly productId: string;
  /** Cosine similarity of question and product. */
  readonly similarity: number;
  readonly priceMinor: number;
  readonly rating: number;
  readonly reviewCount: number;
  /** Higher is newer. */
  readonly position: number;
};

/** Orders that a caller may ask for; popularity comes in words only. */
export type WishedOrder = SortOrder | "popularity";

/** What the caller wants of the answer. */
export type Wish = {
  readonly priceMinMinor: number | null;
  readonly priceMaxMinor: number | null;
  /** 0 for none. */
  readonly minRating: number;
  readonly sort: WishedOrder;
  readonly limit: number;
  readonly hasLooser: boolean;
  /** Name of the model whose similarities the candidates have. */
  readonly model: string;
};

/** A product that is told. */
export type Choice = { readonly productId: string; readonly isMatch: boolean };

/**
 * What the share of the words and the kind add to the similarity of meaning. Measured over two lists of spoken queries (docs/evaluation.md): between half and twice of each, the
 * quality hardly changes.
 */
const COVERAGE_WEIGHT = 0.2;
const KIND_WEIGHT = 0.07;
/** Who says a product's name means it. */
const NAME_WEIGHT = 0.07;
/**
 * How far below the best product of the whole shop a product may be and still count as what was asked for. Prices are looked at within that circle only: under ten dollars
 * there is always something, but it need not be a pair of headphones.
 */
const RELEVANCE_MARGIN = 0.15;
/** The same where another order than that of relevance decides, and a loose likeness would come first for its price alone. */
const CLOSE_MARGIN = 0.09;
/**
 * Below its model's score, even the best product is not what was asked for: with this one, questions with an answer begin at 0.68, questions about what no shop has end
 * at 0.63. Of a model that was not measured, the best product must be or have something of what was named.
 */
const MIN_SCORES: Readonly<Record<string, number>> = { "bge-small-en-v1.5-q": 0.64 };

/** How well a product answers: its likeness in meaning, raised by what it is and has of what was named. */
export function scoreOf({
  similarity,
  coverage,
  kind,
  isNamed,
}: Pick<Candidate, "similarity" | "coverage" | "kind" | "isNamed">): number {
  return similarity + COVERAGE_WEIGHT * coverage + KIND_WEIGHT * kind + (isNamed ? NAME_WEIGHT : 0);
}

/** The chosen products, best first: matches, then looser ones if they are wished; where nothing matches, the nearest. Equal ones are ordered by id. */
export function choose(candidates: readonly Candidate[], wish: Wish): readonly Choice[] {
  const ranked = sortedBy(
    [...candidates].sort((a, b) => (a.productId < b.productId ? -1 : 1)),
    (candidate) => -scoreOf(candidate),
  );
  const best = ranked[0];
  if (best === undefined) return [];
  const floor = (margin: number) => scoreOf(best) - margin;
  const keeps = ranked.filter((candidate) => gap(candidate, wish) === 0 && candidate.rating >= wish.minRating);
  const circle = floor(wish.sort === "relevance" ? RELEVANCE_MARGIN : CLOSE_MARGIN);
  const matching = !isAnswer(best, wish.model)
    ? []
    : keeps.filter((candidate) => candidate.isAllowed && scoreOf(candidate) >= circle);
  const matches = inOrder(matching, wish.sort).map(({ productId }) => ({ productId, isMatch: true }));
  if (matches.length === 0 && !wish.hasLooser) {
    const near = ranked.filter((candidate) => scoreOf(candidate) >= floor(CLOSE_MARGIN));
    return sortedBy(near, (candidate) => gap(candidate, wish))
      .map(({ productId }) => ({ productId, isMatch: false }))
      .slice(0, wish.limit);
  }
  if (!wish.hasLooser) return matches.slice(0, wish.limit);
  const told = new Set(matches.map(({ productId }) => productId));
  const looser = keeps.filter(({ productId }) => !told.has(productId));
  const others = [...looser.filter(({ isAllowed }) => isAllowed), ...looser.filter(({ isAllowed }) => !isAllowed)];
  return [...matches, ...others.map(({ productId }) => ({ productId, isMatch: false }))].slice(0, wish.limit);
}

function isAnswer(best: Candidate, model: string): boolean {
  const least = MIN_SCORES[model];
  return least === undefined ? best.coverage > 0 || best.kind > 0 : scoreOf(best) >= least;
}

/** Minor units between a price and the bounds; 0 within them. */
function gap({ priceMinor }: Candidate, { priceMinMinor, priceMaxMinor }: Wish): number {
  return Math.max((priceMinMinor ?? 0) - priceMinor, priceMinor - (priceMaxMinor ?? Number.MAX_SAFE_INTEGER), 0);
}

function inOrder(candidates: readonly Candidate[], sort: WishedOrder): readonly Candidate[] {
  switch (sort) {
    case "relevance":
      return candidates;
    case "priceAscending":
      return sortedBy(candidates, ({ priceMinor }) => priceMinor);
    case "priceDescending":
      return sortedBy(candidates, ({ priceMinor }) => -priceMinor);
    case "ratingDescending":
      return sortedBy(
        sortedBy(candidates, ({ reviewCount }) => -reviewCount),
        ({ rating }) => -rating,
      );
    case "newest":
      return sortedBy(candidates, ({ position }) => -position);
    case "popularity":
      return sortedBy(candidates, ({ reviewCount }) => -reviewCount);
  }
}

/** Ascending; Array's sort keeps the order of equals. */
function sortedBy(candidates: readonly Candidate[], value: (candidate: Candidate) => number): readonly Candidate[] {
  return [...candidates].sort((a, b) => value(a) - value(b));
}
