/**
 * Which product the caller means.
 *
 * A number counts in the list that was told last, in the order of telling, even if the caller did not hear that far; the last one (-1) is the last whose name
 * was heard. A name matches by its words. "That one" is what is talked about, the list's only product, or the product that was being told
 * when the caller interrupted.
 */

import { readOrdinals } from "../../language/ordinals.ts";
import { extremeOf, readSuperlative } from "../../language/superlatives.ts";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import type { Memory } from "./memory.ts";
import type { Scene } from "./scene.ts";

const fillers = new Set(
  "a an the one ones that this those these it of for with and or in on please i me my you your would like want some any to them they something anything thing item product order buy take get okay ok yes yeah no".split(
    " ",
  ),
);

/** The words of a text that say something: lower case, without plural s. */
export function words(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => !fillers.has(word))
    .map((word) => (word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word));
}

function offerOf(memory: Memory, productId: string | undefined): ProductOffer | null {
  return memory.offers.find((offer) => offer.productId === productId) ?? null;
}

/** The product at a place of the list that was told last: 1 is the first, -1 the last heard. */
export function byOrdinal(memory: Memory, ordinal: number): ProductOffer | null {
  if (ordinal > 0) return offerOf(memory, memory.listed[ordinal - 1]);
  if (ordinal === -1) return offerOf(memory, memory.heardListed.at(-1) ?? memory.listed.at(-1));
  return null;
}

/** What a name is compared with. */
export type Nameable = Pick<ProductOffer, "productId" | "spokenName" | "title" | "attributes">;

/** How well a name fits a product: words that are in its name or title, half for what it is described by; 0 when less than half of the words fit. */
function score(offer: Nameable, wanted: readonly string[]): number {
  const named = new Set(words(`${offer.spokenName} ${offer.title}`));
  const described = new Set(offer.attributes.flatMap((attribute) => words(attribute.value)));
  let points = 0;
  for (const word of wanted) points += named.has(word) ? 1 : described.has(word) ? 0.5 : 0;
  return points * 2 >= wanted.length ? points : 0;
}

/** Words of the product's own name that were not said: of two that fit, the one that was named more fully is meant. */
function unsaidCount(offer: Nameable, wanted: readonly string[]): number {
  return words(offer.spokenName).filter((word) => !wanted.includes(word)).length;
}

/** The one that a name fits best, null when none does or several do equally. */
export function bestOf<Offer extends Nameable>(offers: readonly Offer[], wanted: readonly string[]): Offer | null {
  const ranked = offers
    .map((offer) => ({ offer, points: score(offer, wanted), unsaid: unsaidCount(offer, wanted) }))
    .filter((candidate) => candidate.points > 0)
    .sort((a, b) => b.points - a.points || a.unsaid - b.unsaid);
  const [first, second] = ranked;
  if (first === undefined || (first.points === second?.points && first.unsaid === second.unsaid)) return null;
  return first.offer;
}

/** Whether a product's own name was said whole. */
export function isFullName(offer: Nameable, wanted: readonly string[]): boolean {
  return unsaidCount(offer, wanted) === 0;
}

/** The found product that a name fits best: what is talked about, then what was told, then what was only found. Null when none or several fit equally. */
export function byName(memory: Memory, name: string): ProductOffer | null {
  const wanted = words(name);
  const { focus, offers } = memory;
  if (wanted.length === 0) return null;
  const full = offers.filter((offer) => isFullName(offer, wanted));
  if (focus !== null && (full.length === 0 || isFullName(focus, wanted))) {
    const points = score(focus, wanted);
    if (points > 0 && offers.every((offer) => score(offer, wanted) <= points)) return focus;
  }
  const told = offers.filter((offer) => memory.listed.includes(offer.productId));
  return bestOf(told, wanted) ?? bestOf(offers, wanted);
}

/**
 * The products that a caller wants compared: those named by their places, else those of the list whose own name was said, else the list. Fewer than two when there
 * is nothing to compare.
 */
export function compared({ memory, intent }: Scene): readonly ProductOffer[] {
  const utterance = intent?.text ?? "";
  const placed = readOrdinals(utterance).flatMap(({ ordinal }) => byOrdinal(memory, ordinal) ?? []);
  if (new Set(placed).size > 1) return [...new Set(placed)];
  const told = memory.offers.filter(({ productId }) => memory.listed.includes(productId));
  const wanted = words(utterance);
  const own = (offer: ProductOffer): readonly string[] =>
    words(offer.spokenName).filter((word) =>
      told.every((other) => other === offer || !words(other.spokenName).includes(word)),
    );
  const byTheirNames = told.filter((offer) => own(offer).some((word) => wanted.includes(word)));
  return byTheirNames.length > 1 ? byTheirNames : told;
}

/** Whether a name fits anything that was found, if only vaguely. */
export function fitsSome(memory: Memory, name: string): boolean {
  const wanted = words(name);
  return memory.offers.some((offer) => score(offer, wanted) > 0);
}

/** The one of the list that has most or least of what was said: "the one with the long battery". */
function byExtreme({ memory, intent }: Scene): ProductOffer | null {
  const wish = readSuperlative(intent?.text ?? "");
  const told = memory.offers.filter(({ productId }) => memory.listed.includes(productId));
  return wish === null ? null : extremeOf(wish, told);
}

/** The product that the caller's words name, by number or by name. */
export function named(scene: Scene): ProductOffer | null {
  const entities = scene.intent?.entities;
  if (entities === undefined) return null;
  if (entities.ordinal !== null) return byOrdinal(scene.memory, entities.ordinal);
  const name = entities.productName ?? entities.query;
  const byWords = name === null ? null : byName(scene.memory, name);
  return byWords ?? byExtreme(scene);
}

/** The product that is meant, named or not. */
export function pointed(scene: Scene): ProductOffer | null {
  const { memory, intent } = scene;
  const entities = intent?.entities;
  const isNamed =
    entities !== undefined &&
    (entities.ordinal !== null || words(entities.productName ?? entities.query ?? "").length > 0);
  if (isNamed || byExtreme(scene) !== null) return named(scene);
  if (memory.focus !== null) return memory.focus;
  if (memory.listed.length === 1) return offerOf(memory, memory.listed[0]);
  if (memory.speech?.wasCutOff === true) return offerOf(memory, memory.heardListed.at(-1));
  return null;
}
