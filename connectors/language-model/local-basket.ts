/** Changes of what is about to be ordered, as an intent: several things at once, one beside the others, one taken off. Pure. */
import { readBasketWish } from "../../language/basket-wish.ts";
import { asksToCompare } from "../../language/follow-up.ts";
import { readOrdinals } from "../../language/ordinals.ts";
import type { Intent } from "../../schemas/generated/records.ts";
import { matchOffered } from "./local-products.ts";
import type { LocalFacts, Seen } from "./local-signals.ts";

const article = /\b(?:the|a|an|both)\b/;
const pointing = /\b(?:it|that|those|these|them|this|ones?|more)\b/;

/** The intent of words that change what is about to be ordered; null for all others. Which products they mean is in the words. */
export function readBasketChange(seen: Seen, facts: LocalFacts): Intent | null {
  const { kind, parts } = readBasketWish(seen.text);
  if (seen.isAsked || seen.isSearch || asksToCompare(seen.text)) return null;
  const quoted = facts.quoted ?? [];
  const known = [
    ...facts.offered,
    ...quoted.filter((line) => facts.offered.every((product) => product.name !== line.name)),
  ];
  const named = parts.flatMap(({ text, name }) => {
    const placed = facts.offered.length > 0 ? readOrdinals(text).map(({ ordinal }) => `#${ordinal}`) : [];
    const match = placed.length > 0 ? null : matchOffered(name, known);
    return match?.isUnique === true && match.share >= 0.6 ? [match.name] : placed;
  });
  const isNameless = parts.every(({ name }) => name === "");
  const isPointing = isNameless && pointing.test(seen.text);
  if (kind === "remove")
    return quoted.length > 1 && (isPointing || named.some((name) => quoted.some((line) => line.name === name)))
      ? "changeQuantity"
      : null;
  if (kind === "add" && quoted.length > 0 && (named.length > 0 || isPointing)) return "orderProduct";
  const hasArticles = parts.every(({ text, name, quantity }) => name === "" || quantity !== null || article.test(text));
  const isOrder = seen.isWish || seen.isOrder || hasArticles;
  return new Set(named).size > 1 && isOrder ? "orderProduct" : null;
}
