/**
 * From words, grammars, facts and the vote of the nearest examples to an intent with entities. Pure.
 *
 * What a grammar is sure of decides alone; otherwise the vote decides, and the grammars and the facts correct it where they see what an embedding cannot: a
 * place in a list, a name on offer, a bound without a product.
 */
import { readDigitRuns, readOrderNumber, readSpokenCode } from "../../language/digits.ts";
import { readOrdinal } from "../../language/ordinals.ts";
import { readPriceConstraints } from "../../language/price-constraints.ts";
import { readQuantity } from "../../language/quantities.ts";
import { readSortOrder } from "../../language/sort-order.ts";
import { readYesNo } from "../../language/yes-no.ts";
import type { Entities, Intent } from "../../schemas/generated/records.ts";
import { readDiscountCode } from "./local-discount.ts";
import type { Vote } from "./local-neighbours.ts";
import { matchOffered, type NamedProduct, type ProductMatch } from "./local-products.ts";
import { readQuery } from "./local-query.ts";

/** What the local reasoner answers. */
export type LocalAnswer = {
  readonly intent: Intent;
  readonly confidence: number;
  readonly entities: Partial<Entities>;
};

/** What it may know beside the words. */
export type LocalFacts = { readonly offered: readonly NamedProduct[]; readonly hasFocus: boolean };

/** What the grammars see in the words. */
type Seen = {
  readonly text: string;
  readonly query: string | null;
  readonly prices: ReturnType<typeof readPriceConstraints>;
  readonly sort: Entities["sort"];
  readonly quantity: number | null;
  readonly ordinal: number | null;
  readonly product: ProductMatch | null;
  readonly isSearch: boolean;
  /** "I need …", "can I get …": a wish, of something new or something offered. */
  readonly isWish: boolean;
  readonly isOrder: boolean;
  readonly isQuestion: boolean;
};

const searchWords =
  /\b(?:looking for|look for|search(?:ing)?(?: for)?|do you (?:have|sell|carry|stock)|have you got (?:any|a|some)|show me|find me|i'm after|shopping for)\b/;
const wishWords =
  /^(?:(?:hi|hello|hey|there|well|um|uh|so|okay|ok|yes|no|please|actually|and|also|then)[ ,.!]+)*(?:i|we)(?:'d| would)? (?:also |just |really )?(?:want|need|like|love|prefer|am looking|am after)\b|^(?:(?:hi|hello|hey|there|well|um|uh|so|okay|ok)[ ,.!]+)*(?:(?:can|could|may) (?:i|we) (?:also |please )?(?:get|have|see)|i'll (?:have|get)|i'?m (?:looking|searching|after|interested))\b/;
const orderWords =
  /\b(?:order|buy|purchase|take it|take (?:the|that|this|those|one|two|three|a(?! look))|i'll (?:take|have|get)|add (?:it|that|the|this|one|two)|check ?out|get me|in(?:to|) (?:my|the) (?:cart|basket)|place (?:the|an|my) order)\b/;
const questionWords =
  /^(?:and |so |okay |but )?(?:what(?:'s| is| are| does| do|) |how |is |are |does |do |can |could |would |will |which |who |has |tell me more|when )/;
const attributeWords =
  /\b(?:weigh|heavy|weight|made of|material|warranty|battery|dimensions?|waterproof|water resistant|how (?:big|long|large|tall|wide|much|heavy|loud|many)|reviews?|rating|stars|colou?rs?|sizes?|cost|price|in stock|brand|describe|details?|difference|come with|comes with|dishwasher|wash|include[sd]?|work with|fit|feature|capacity|good for|suitable)\b/;

/** An answer that a grammar is sure of, before any embedding is needed; null otherwise. */
export function decideByGrammar(utterance: string): LocalAnswer | null {
  const yesNo = readYesNo(utterance);
  if (yesNo !== null && yesNo.rest === "")
    return { intent: yesNo.answer === "yes" ? "confirm" : "deny", confidence: 0.97, entities: {} };
  const order = readOrderNumber(utterance);
  if (order !== null) return { intent: "checkOrderStatus", confidence: 0.95, entities: { orderNumber: order.digits } };
  const code = readSpokenCode(utterance);
  if (code !== null) return { intent: "provideDigits", confidence: 0.95, entities: { digits: code } };
  return null;
}

/** The words that carry the meaning: what follows a yes or no, else all. */
export function meaningfulPart(utterance: string): string {
  const rest = readYesNo(utterance)?.rest ?? "";
  return rest === "" ? utterance : rest;
}

function see(utterance: string, facts: LocalFacts): Seen {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  const sort = readSortOrder(text)?.sort ?? null;
  const ordinal = readOrdinal(text)?.ordinal ?? null;
  const isAttribute = attributeWords.test(text);
  return {
    text,
    query: readQuery(text),
    prices: readPriceConstraints(text),
    sort: sort === "popularity" ? null : sort,
    quantity: readQuantity(text)?.quantity ?? null,
    ordinal,
    product: matchOffered(text, facts.offered),
    isSearch: searchWords.test(text),
    isWish: wishWords.test(text),
    isOrder:
      orderWords.test(text) &&
      !/\b(?:my|the|an) order(?:s|ed)?\b(?! (?:the|that|it))/.test(text.replace(/place (?:the|an|my) order/, "buy")),
    isQuestion: questionWords.test(text) && isAttribute,
  };
}

function hasBounds({ prices, sort }: Seen): boolean {
  return prices.spans.length > 0 || sort !== null;
}

/** Intents that point at a product. */
const pointing: readonly Intent[] = ["selectProduct", "askDetails", "orderProduct", "changeQuantity"];
/** Intents that a named product does not turn into pointing at it. */
const elsewhere: readonly Intent[] = [
  "goBack",
  "talkToPerson",
  "checkOrderStatus",
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
  const atLeast = (least: number): number => Math.max(confidence, least);
  const isPlaced = seen.ordinal !== null && (hasOffers || pointing.includes(intent));
  const isNamed = seen.product !== null && seen.product.share >= 0.6 && !seen.isSearch;
  const isElsewhere = elsewhere.includes(intent) && (confidence >= 0.6 || !isPlaced);
  if ((isPlaced || isNamed) && !isElsewhere) {
    if (seen.isQuestion || intent === "askDetails") return { intent: "askDetails", confidence: atLeast(0.75) };
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
  if (hasBounds(seen) && !seen.isQuestion && (intent !== "orderProduct" || confidence < 0.6)) {
    if (seen.query === null)
      return { intent: hasOffers ? "refineSearch" : "searchProducts", confidence: atLeast(0.75) };
    if (intent !== "refineSearch" || !hasOffers) return { intent: "searchProducts", confidence: atLeast(0.75) };
    return { intent: "refineSearch", confidence: atLeast(0.7) };
  }
  const isNew = seen.isSearch || (seen.isWish && confidence < 0.6);
  if (isNew && seen.query !== null && !seen.isOrder && searchable.includes(intent))
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

/** What the nearest examples do not know but looks like the name of a thing: some words without a subject, a question word or a command. */
function looksLikeProduct({ text, query }: Seen): boolean {
  return (
    query !== null &&
    text.split(/\s+/).length <= 12 &&
    !/^(?:tell|play|call|set|turn|book|make|write|sing|remind|translate|send|open|stop|put|see|until)\b/.test(text) &&
    !/\b(?:i|you|he|she|they|we|is|are|was|do|does|did|can|could|will|would|should|your|me|who|why|when|where|what|how)\b/.test(
      text,
    )
  );
}

function entitiesOf(intent: Intent, seen: Seen): Partial<Entities> {
  const { prices, ordinal, product, quantity, sort, query, text } = seen;
  const named =
    product !== null && (ordinal === null || product.isUnique) && product.share >= 0.34 ? product.name : null;
  const pointed = { ordinal, productName: ordinal === null ? named : null };
  switch (intent) {
    case "searchProducts":
    case "refineSearch": {
      const { priceMinMinor, priceMaxMinor, priceTargetMinor } = prices;
      return { query, priceMinMinor, priceMaxMinor, priceTargetMinor, sort, quantity };
    }
    case "selectProduct":
      return { ...pointed, quantity, ...(ordinal === null && named === null ? { productName: query } : {}) };
    case "askDetails":
      return { ...pointed, question: text.slice(0, 300) };
    case "orderProduct":
      return { ...pointed, quantity, ...(ordinal === null && named === null ? { productName: nameOf(query) } : {}) };
    case "changeQuantity":
      return { ...pointed, quantity };
    case "applyDiscount":
      return { discountCode: readDiscountCode(text) };
    case "checkOrderStatus":
      return {
        orderNumber:
          readDigitRuns(text).find(({ digits }) => digits.length >= 4 && digits.length <= 12)?.digits ?? null,
      };
    case "provideDigits":
      return {
        digits: readDigitRuns(text).find(({ digits }) => digits.length >= 3 && digits.length <= 12)?.digits ?? null,
      };
    default:
      return {};
  }
}

/** "Order the lamp" names a lamp; "order it for me" and "place the order" name nothing. */
function nameOf(query: string | null): string | null {
  return query === null || /\b(?:it|that|this|order|cart|basket|checkout|check out|pay|them)\b/.test(query)
    ? null
    : query;
}

/** The answer for words that no grammar decided alone. */
export function decide(utterance: string, vote: Vote, facts: LocalFacts): LocalAnswer {
  const seen = see(utterance, facts);
  const { intent, confidence } = intentOf(vote, seen, facts);
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
      confidence: Math.max(intent === "searchProducts" ? confidence : 0, 0.5),
      entities: entitiesOf("searchProducts", seen),
    };
  if (intent === "provideDigits" && entitiesOf(intent, seen).digits === null)
    return { intent: "unclear", confidence: 0.2, entities: {} };
  return { intent, confidence: Number(Math.min(1, confidence).toFixed(3)), entities: entitiesOf(intent, seen) };
}
