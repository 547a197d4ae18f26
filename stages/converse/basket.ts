/**
 * The basket: what the caller has asked to have quoted, and how their words change it. It outlives a quote that was left at the counter, so that "I also need a lamp"
 * ends in one quote of both. The shop's answer decides what it really holds: it is the lines of the newest quote.
 */
import { type NamedPart, readBasketWish } from "../../language/basket-wish.ts";
import { asksToCompare } from "../../language/follow-up.ts";
import { readOrdinals } from "../../language/ordinals.ts";
import type { Intent, ProductOffer, WishedLine } from "../../schemas/generated/records.ts";
import type { Memory } from "./memory.ts";
import { bestOf, byOrdinal, isFullName, type Nameable, pointed, words } from "./pointing.ts";
import type { Scene } from "./scene.ts";

/** What the basket becomes, and the product that was named last, if it is among the offers. */
export type BasketEdit = { readonly lines: readonly WishedLine[]; readonly focus: ProductOffer | null };

type Mention = { readonly productId: string; readonly quantity: number | null };

/** The basket with pieces of a product added to those that are in it. */
export function withAdded(basket: readonly WishedLine[], { productId, quantity }: WishedLine): readonly WishedLine[] {
  const isThere = basket.some((line) => line.productId === productId);
  if (!isThere) return [...basket, { productId, quantity }];
  return basket.map((line) =>
    line.productId === productId ? { productId, quantity: line.quantity + quantity } : line,
  );
}

/** What was asked for last counts, even if the shop has not answered yet. */
function linesOf(memory: Memory): readonly WishedLine[] {
  const asked = memory.awaited?.tool === "quoteOrder" ? memory.awaited.arguments : null;
  if (asked !== null && asked.lines !== null) return asked.lines;
  if (asked !== null && asked.productId !== null)
    return [{ productId: asked.productId, quantity: asked.quantity ?? 1 }];
  return memory.basket.map(({ productId, quantity }) => ({ productId, quantity }));
}

/** What a name may mean here: what was told and what is in the basket, then what was only found. */
function productNamed(memory: Memory, name: string): Nameable | null {
  const wanted = words(name);
  if (wanted.length === 0) return null;
  const inBasket: readonly Nameable[] = memory.basket.map((line) => ({ ...line, title: "", attributes: [] }));
  const told = memory.offers.filter(
    ({ productId }) => memory.listed.includes(productId) || productId === memory.focus?.productId,
  );
  const unlisted = inBasket.filter((line) => told.every(({ productId }) => productId !== line.productId));
  return bestOf<Nameable>([...told, ...unlisted], wanted) ?? bestOf(memory.offers, wanted);
}

/** How much of a name it takes: `any` word that tells it apart · `own`, one with an article or a number, or the whole name · the `whole` name. */
type Strictness = "any" | "own" | "whole";

/** "The black and white one" names one thing, "I also need something black" none: a part of several stands for itself, and a search names what it finds. */
function strictnessOf(intent: Intent, parts: readonly NamedPart[]): Strictness {
  if (intent === "searchProducts" || intent === "refineSearch") return "whole";
  return parts.length > 1 ? "own" : "any";
}

const article = /\b(?:the|a|an|that|this|those|these|another|both)\b/;

/** The products that a part of the utterance names: by places in the list, else by name. */
function mentionsIn(memory: Memory, { text, name, quantity }: NamedPart, strictness: Strictness): readonly Mention[] {
  const placed = readOrdinals(text).flatMap(({ ordinal }) => byOrdinal(memory, ordinal)?.productId ?? []);
  if (placed.length > 0) return placed.map((productId) => ({ productId, quantity }));
  const isAll = /\b(?:both(?: of (?:them|those))?|all (?:of (?:them|those)|two|three))\b/.test(text);
  if (isAll && name === "") return memory.listed.map((productId) => ({ productId, quantity: null }));
  const product = productNamed(memory, name);
  if (product === null) return [];
  const isOwn = strictness === "any" || (strictness === "own" && (quantity !== null || article.test(text)));
  return isOwn || isFullName(product, words(name)) ? [{ productId: product.productId, quantity }] : [];
}

/** Each product once: of a name that has an "and" in it, both halves mean the same. */
function merged(mentions: readonly Mention[]): readonly Mention[] {
  const found = new Map<string, number | null>();
  for (const { productId, quantity } of mentions) found.set(productId, quantity ?? found.get(productId) ?? null);
  return [...found].map(([productId, quantity]) => ({ productId, quantity }));
}

function removed(basket: readonly WishedLine[], mentions: readonly Mention[]): readonly WishedLine[] {
  return basket.flatMap((line) => {
    const mention = mentions.find(({ productId }) => productId === line.productId);
    if (mention === undefined) return [line];
    const rest = mention.quantity === null ? 0 : line.quantity - mention.quantity;
    return rest > 0 ? [{ ...line, quantity: rest }] : [];
  });
}

function isSame(one: readonly WishedLine[], other: readonly WishedLine[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** "That one", "two of those", "make it three": what is talked about, where no product is named; else what was asked for last. */
function pointedAt(scene: Scene): string | null {
  return (pointed(scene) ?? scene.memory.basket.at(-1))?.productId ?? null;
}

/**
 * What the caller's words make of the basket; null when they change nothing of it: a single product that is asked for without a word of what is there already is ordered
 * instead of it, as ever.
 */
export function basketEdit(scene: Scene): BasketEdit | null {
  const { memory, intent } = scene;
  if (intent === null || intent.isInjectionSuspected || asksToCompare(intent.text)) return null;
  const { kind, parts } = readBasketWish(intent.text);
  const basket = linesOf(memory);
  const strictness = strictnessOf(intent.intent, parts);
  const mentions = merged(parts.flatMap((part) => mentionsIn(memory, part, strictness)));
  const lines = editedLines(scene, { kind, basket, mentions, isNameless: parts.every(({ name }) => name === "") });
  if (lines === null || lines.length === 0 || isSame(lines, basket)) return null;
  const last = mentions.at(-1)?.productId ?? memory.focus?.productId;
  return { lines, focus: memory.offers.find(({ productId }) => productId === last) ?? null };
}

/** What is meant by several names at once, where nothing is said of what is there already. */
const together: readonly Intent[] = ["orderProduct", "selectProduct", "changeQuantity", "confirm", "deny"];

function editedLines(
  scene: Scene,
  {
    kind,
    basket,
    mentions,
    isNameless,
  }: {
    readonly kind: "add" | "remove" | null;
    readonly basket: readonly WishedLine[];
    readonly mentions: readonly Mention[];
    readonly isNameless: boolean;
  },
): readonly WishedLine[] | null {
  const { memory, intent } = scene;
  const said = intent?.entities.quantity ?? null;
  const pieces = (quantity: number | null): number => Math.max(1, quantity ?? 1);
  const isBasketThere = basket.length > 0;
  const words = intent?.text.toLowerCase() ?? "";
  if (kind === "remove") {
    const inBasket = mentions.filter(({ productId }) => basket.some((line) => line.productId === productId));
    if (inBasket.length > 0) return removed(basket, inBasket);
    const productId = isNameless && /\b(?:that|it|those|them|this)\b/.test(words) ? pointedAt(scene) : null;
    return productId === null ? null : removed(basket, [{ productId, quantity: null }]);
  }
  const isAdding = isBasketThere && (kind === "add" || memory.isAdding);
  if (mentions.length > 1 && (isAdding || together.includes(intent?.intent ?? "unclear")))
    return mentions.reduce<readonly WishedLine[]>(
      (lines, { productId, quantity }) => withAdded(lines, { productId, quantity: pieces(quantity) }),
      isAdding ? basket : [],
    );
  const [mention] = mentions;
  const isOrdering = intent?.intent === "orderProduct" || intent?.intent === "changeQuantity";
  if (isBasketThere && (kind === "add" || (memory.isAdding && isOrdering))) {
    const isPointing = /\b(?:it|that|those|these|them|this|ones?|more)\b/.test(words);
    const productId = mention?.productId ?? (isNameless && (isPointing || said !== null) ? pointedAt(scene) : null);
    return productId === null ? null : withAdded(basket, { productId, quantity: pieces(mention?.quantity ?? said) });
  }
  // "Make it three": of several, the one that was named or asked for last.
  const quantity = mention?.quantity ?? said;
  if (basket.length < 2 || quantity === null || quantity < 1 || !isOrdering) return null;
  const productId = mention?.productId ?? pointedAt(scene);
  if (!basket.some((line) => line.productId === productId)) return null;
  return basket.map((line) => (line.productId === productId ? { ...line, quantity } : line));
}
