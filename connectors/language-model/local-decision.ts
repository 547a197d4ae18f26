/**
 * From words, grammars, facts and the vote of the nearest examples to an intent with entities. Pure.
 *
 * What a grammar is sure of decides alone; otherwise the vote decides, and the grammars and the facts correct it where they see what an embedding cannot: a
 * place in a list, a name on offer, a bound without a product.
 */
import { readDigitRuns, readOrderNumber, readSpokenCode } from "../../language/digits.ts";
import { asksToCompare, beginsAsNarrowing, namesNoKind, readPriceStep } from "../../language/follow-up.ts";
import { readRelativePrice } from "../../language/relative-price.ts";
import { asksToReorder } from "../../language/reorder.ts";
import { saysOnlyProof } from "../../language/spoken-proof.ts";
import { readSuperlative } from "../../language/superlatives.ts";
import { asksToWait, readYesNo } from "../../language/yes-no.ts";
import type { Entities, Intent } from "../../schemas/generated/records.ts";
import { readBasketChange } from "./local-basket.ts";
import { readClaim } from "./local-claim.ts";
import { asksForCode } from "./local-code-request.ts";
import { readDiscountCode } from "./local-discount.ts";
import { entitiesOf } from "./local-entities.ts";
import { asksForLinkAgain } from "./local-link-request.ts";
import type { Vote } from "./local-neighbours.ts";
import { careIntents, readCareWish } from "./local-order-care.ts";
import { type LocalFacts, looksLikeProduct, type Seen, see } from "./local-signals.ts";

/** What the local reasoner answers. */
export type LocalAnswer = {
  readonly intent: Intent;
  readonly confidence: number;
  readonly entities: Partial<Entities>;
};

/** An answer that a grammar is sure of, before any embedding is needed; null otherwise. */
export function decideByGrammar(utterance: string): LocalAnswer | null {
  const yesNo = readYesNo(utterance);
  if (yesNo !== null && yesNo.rest === "")
    return { intent: yesNo.answer === "yes" ? "confirm" : "deny", confidence: 0.97, entities: {} };
  if (asksToWait(utterance)) return { intent: "unclear", confidence: 0.9, entities: {} };
  const order = readOrderNumber(utterance);
  const wish = readCareWish(utterance);
  if (order !== null && wish !== null)
    return { intent: wish, confidence: 0.95, entities: { orderNumber: order.digits } };
  if (asksToReorder(utterance))
    return { intent: "reorder", confidence: 0.95, entities: order === null ? {} : { orderNumber: order.digits } };
  if (order !== null) return { intent: "checkOrderStatus", confidence: 0.95, entities: { orderNumber: order.digits } };
  const claim = readClaim(utterance);
  if (claim !== null) return { intent: "identify", confidence: 0.95, entities: claim };
  if (asksForCode(utterance)) return { intent: "requestCode", confidence: 0.95, entities: {} };
  if (asksForLinkAgain(utterance)) return { intent: "resendLink", confidence: 0.95, entities: {} };
  if (saysOnlyProof(utterance) || readSpokenCode(utterance) !== null)
    return { intent: "provideDigits", confidence: 0.95, entities: {} };
  return null;
}

/** The words that carry the meaning: what follows a yes or no, else all. */
export function meaningfulPart(utterance: string): string {
  const rest = readYesNo(utterance)?.rest ?? "";
  return rest === "" ? utterance : rest;
}

function hasBounds({ prices, sort }: Seen): boolean {
  return prices.spans.length > 0 || sort !== null;
}

/** Intents that point at a product. */
const pointing: readonly Intent[] = ["selectProduct", "askDetails", "orderProduct", "changeQuantity"];
/** Intents that a named product does not turn into pointing at it. */
const elsewhere: readonly Intent[] = [
  ...careIntents,
  "goBack",
  "talkToPerson",
  "checkOrderStatus",
  "reorder",
  "applyDiscount",
  "repeat",
  "goodbye",
];
/** What an unsure vote calls many a wish for something that the examples do not know. */
const searchable: readonly Intent[] = [
  "searchProducts",
  "orderProduct",
  "selectProduct",
  "refineSearch",
  "askDetails",
  "unclear",
  "outOfScope",
];

/** The vote, corrected by what the grammars and the facts see. */
function intentOf(vote: Vote, seen: Seen, facts: LocalFacts): { readonly intent: Intent; readonly confidence: number } {
  const { intent, confidence } = vote;
  const hasOffers = facts.offered.length > 0;
  if (seen.bareNumber !== null && hasOffers)
    return { intent: facts.hasFocus ? "changeQuantity" : "selectProduct", confidence: 0.7 };
  const atLeast = (least: number): number => Math.max(confidence, least);
  if (hasOffers && asksToCompare(seen.text)) return { intent: "askDetails", confidence: atLeast(0.75) };
  const isPlaced = seen.ordinal !== null && (hasOffers || pointing.includes(intent));
  const isNamed = seen.product !== null && seen.product.share >= 0.6 && !seen.isSearch;
  const isElsewhere = elsewhere.includes(intent) && (confidence >= 0.6 || !isPlaced);
  if ((isPlaced || isNamed) && !isElsewhere) {
    if (seen.isQuestion || seen.isAsked || intent === "askDetails")
      return { intent: "askDetails", confidence: atLeast(0.75) };
    const isWished = seen.isWish && seen.quantity !== null && intent !== "changeQuantity";
    if (seen.isOrder || isWished || intent === "orderProduct")
      return { intent: "orderProduct", confidence: atLeast(0.8) };
    if (intent === "changeQuantity" && seen.quantity !== null) return { intent, confidence: atLeast(0.7) };
    if (
      !["goBack", "talkToPerson", "checkOrderStatus", "applyDiscount", "repeat"].includes(intent) ||
      seen.ordinal !== null
    )
      return { intent: "selectProduct", confidence: atLeast(0.75) };
  }
  // "The one with the long battery" is one of those on offer, whatever else has a battery.
  if (facts.offered.length > 1 && readSuperlative(seen.text) !== null && searchable.includes(intent) && !seen.isSearch)
    return {
      intent: seen.isOrder ? "orderProduct" : seen.isAsked ? "askDetails" : "selectProduct",
      confidence: atLeast(0.75),
    };
  const isRelative =
    readRelativePrice(seen.text) !== null && !/\b(?:order|quantity|pieces|many|make (?:it|that))\b/.test(seen.text);
  if (hasOffers && isRelative && !seen.isOrder) return { intent: "refineSearch", confidence: atLeast(0.75) };
  // "Can kids use it" is about what was told, "can I get it in blue" about another one.
  const isAboutIt = /^(?:can|could|will|would|may|should) (?!i\b|we\b|you\b).* (?:it|them|that|those|these)\b/.test(
    seen.text,
  );
  if (isAboutIt && (hasOffers || facts.hasFocus) && searchable.includes(intent))
    return { intent: "askDetails", confidence: atLeast(0.75) };
  const isNarrowing = seen.query !== null && (namesNoKind(seen.query) || beginsAsNarrowing(seen.text));
  const isFollowUp = readPriceStep(seen.text) !== null || isNarrowing;
  // "Have you got that in a ten" is near to exchanging what was bought.
  const isOfOffers =
    searchable.includes(intent) ||
    (intent === "exchangeItems" &&
      !/\b(?:sent|received|got|ordered|bought)\b(?! (?:it|that|this|them|any))/.test(seen.text));
  if (hasOffers && isFollowUp && !isPlaced && !isNamed && !seen.isOrder && isOfOffers)
    return { intent: "refineSearch", confidence: atLeast(0.75) };
  if (hasBounds(seen) && !seen.isQuestion && (intent !== "orderProduct" || confidence < 0.6)) {
    if (seen.query === null)
      return { intent: hasOffers ? "refineSearch" : "searchProducts", confidence: atLeast(0.75) };
    if (intent !== "refineSearch" || !hasOffers) return { intent: "searchProducts", confidence: atLeast(0.75) };
    return { intent: "refineSearch", confidence: atLeast(0.7) };
  }
  const isNew = seen.isSearch || (seen.isWish && confidence < 0.6);
  if (isNew && seen.query !== null && !seen.isOrder && (searchable.includes(intent) || confidence < 0.5))
    return { intent: "searchProducts", confidence: atLeast(0.6) };
  if (
    seen.quantity !== null &&
    seen.query === null &&
    ["selectProduct", "unclear", "searchProducts", "confirm"].includes(intent)
  )
    return { intent: seen.isOrder ? "orderProduct" : "changeQuantity", confidence: atLeast(0.7) };
  if (intent === "searchProducts" && seen.query === null && hasOffers) return { intent: "refineSearch", confidence };
  // Ordering what was never offered begins with finding it.
  if (
    intent === "orderProduct" &&
    !hasOffers &&
    seen.query !== null &&
    !/\b(?:it|that|this|those|them|order|cart|basket|checkout|pay)\b/.test(seen.text)
  )
    return { intent: "searchProducts", confidence };
  if (intent === "refineSearch" && !hasOffers && seen.query !== null) return { intent: "searchProducts", confidence };
  if (
    intent === "selectProduct" &&
    !hasOffers &&
    seen.ordinal === null &&
    seen.query !== null &&
    !/\bones?\b/.test(seen.text)
  )
    return { intent: "searchProducts", confidence };
  if (intent === "askDetails" && !hasOffers && !facts.hasFocus && seen.isSearch && seen.query !== null)
    return { intent: "searchProducts", confidence };
  return { intent, confidence };
}

/** What an answer means after a yes or no: an unsure one adds nothing to it, and "yes, order it" is a yes. */
export function withYesNo(answer: LocalAnswer, utterance: string): LocalAnswer {
  const said = readYesNo(utterance)?.answer;
  if (said === undefined) return answer;
  const { intent, confidence, entities } = answer;
  const namesNothing = Object.values(entities).every((value) => value === null || value === undefined);
  const isAgreed =
    /^\W*(?:yes|yeah|yep|yup|correct|absolutely|definitely|sure)\b/i.test(utterance) &&
    intent === "orderProduct" &&
    namesNothing;
  if (isAgreed || confidence < 0.6 || intent === "unclear" || intent === "confirm" || intent === "deny")
    return {
      intent: said === "yes" ? "confirm" : "deny",
      confidence: Math.max(0.7, isAgreed ? confidence : 0),
      entities: {},
    };
  return answer;
}

/** "I want to order a blanket" is near to many words about orders, and about none that was placed. */
function ofWhatIsSold(vote: Vote, seen: Seen): Vote {
  if (!careIntents.includes(vote.intent)) return vote;
  const isOrder = /\b(?:to|can i|could i|let me|i'll|please|also) (?:order|buy|purchase)\b|^(?:order|buy)\b/.test(
    seen.text,
  );
  if (isOrder) return { ...vote, intent: "orderProduct" };
  return seen.isSearch ? { ...vote, intent: "searchProducts" } : vote;
}

/** The answer for words that no grammar decided alone. */
export function decide(utterance: string, vote: Vote, facts: LocalFacts): LocalAnswer {
  const seen = see(utterance, facts);
  const change = readBasketChange(seen, facts);
  if (change !== null) return { intent: change, confidence: 0.8, entities: entitiesOf(change, seen) };
  const wish = readCareWish(seen.text);
  if (wish !== null)
    return {
      intent: wish,
      confidence: Math.max(0.8, vote.intent === wish ? vote.confidence : 0),
      entities: entitiesOf(wish, seen),
    };
  const { intent, confidence } = intentOf(ofWhatIsSold(vote, seen), seen, facts);
  const discount = readDiscountCode(seen.text);
  if (discount !== null && intent !== "askDetails")
    return { intent: "applyDiscount", confidence: Math.max(confidence, 0.8), entities: { discountCode: discount } };
  if (
    (intent === "searchProducts" || confidence < ((seen.query ?? "").includes(" ") ? 0.5 : 0.4)) &&
    looksLikeProduct(seen) &&
    !seen.isQuestion &&
    vote.nearest < 0.85
  )
    return {
      intent: "searchProducts",
      confidence: Number(Math.max(intent === "searchProducts" ? confidence : 0, 0.5).toFixed(3)),
      entities: entitiesOf("searchProducts", seen),
    };
  if (intent === "provideDigits" && readDigitRuns(seen.text).every(({ digits }) => digits.length < 3))
    return { intent: "unclear", confidence: 0.2, entities: {} };
  return { intent, confidence: Number(Math.min(1, confidence).toFixed(3)), entities: entitiesOf(intent, seen) };
}
