/** Reads from a caller's words what is still missing to do something with an order. Pure. */
import { readCancelReason } from "../../language/cancel-reason.ts";
import { readDigitRuns, readOrderNumber } from "../../language/digits.ts";
import { readNumber } from "../../language/numbers.ts";
import { namesOrderByContent, readOrderPlace } from "../../language/order-hint.ts";
import { readOrdinal } from "../../language/ordinals.ts";
import { readPostalAddress } from "../../language/postal-address.ts";
import { readQuantity } from "../../language/quantities.ts";
import { wordsOf } from "../../language/words.ts";
import { readYesNo } from "../../language/yes-no.ts";
import type {
  Entities,
  MethodOnFile,
  OrderSummary,
  PostalAddress,
  ProductOffer,
  QuoteLine,
} from "../../schemas/generated/records.ts";
import { type Care, chosenOrder, isOpen, type PartialAddress } from "./care.ts";
import { words } from "./pointing.ts";

/** What the caller just said or keyed. */
export type Said = { readonly text: string; readonly entities: Entities | null; readonly digit: string | null };

const generic = new Set(
  "return exchange swap cancel change back send money refund last latest recent first second third one number with from for yes no all both everything instead different other another card address pay payment ship deliver bought ordered".split(
    " ",
  ),
);
const sizes: { readonly [word: string]: string } = { bigger: "large", larger: "large", big: "large", smaller: "small" };

/** The words that can name a thing. */
function naming(text: string): readonly string[] {
  return words(text)
    .filter((word) => !generic.has(word))
    .map((word) => sizes[word] ?? word);
}

function sharedCount(name: string, wanted: readonly string[]): number {
  return words(name).filter((word) => wanted.includes(word)).length;
}

/** The entries that share most words with what was said; empty when none shares any. */
function best<T>(entries: readonly T[], nameOf: (entry: T) => string, wanted: readonly string[]): readonly T[] {
  const counted = entries.map((entry) => ({ entry, points: sharedCount(nameOf(entry), wanted) }));
  const most = Math.max(0, ...counted.map(({ points }) => points));
  return most === 0 ? [] : counted.filter(({ points }) => points === most).map(({ entry }) => entry);
}

/** A place in a list that was told, by word, number or key, from 0; null when none was named. */
function placeIn(length: number, { text, entities, digit }: Said): number | null {
  const keyed = digit === null ? null : Number(digit);
  const named = keyed ?? readOrdinal(text)?.ordinal ?? entities?.ordinal ?? null;
  if (named === null || !Number.isInteger(named) || named === 0) return null;
  const index = named < 0 ? length + named : named - 1;
  return index >= 0 && index < length ? index : null;
}

/** Adds to what is known of an order what the words say. */
export function filled(care: Care, said: Said): Care {
  const withOrder = chosen(care, said);
  if (chosenOrder(withOrder) === null || withOrder.wish === "checkOrderStatus") return withOrder;
  // An answer to "which order?" names no item.
  const more = care.asked === "order" && care.chosen === null ? { ...said, text: care.words, digit: null } : said;
  switch (withOrder.wish) {
    case "cancelOrder":
      return reasoned(withOrder, more);
    case "returnItems":
      return itemised(withOrder, more);
    case "exchangeItems":
      return replaced(itemised(withOrder, more), more);
    case "changeAddress":
      return addressed(withOrder, more);
    case "changePayment":
      return paid(withOrder, more);
  }
}

function chosen(care: Care, said: Said): Care {
  const orders = care.orders ?? [];
  const { text, entities } = said;
  const number = readOrderNumber(text)?.digits ?? entities?.orderNumber ?? null;
  const spoken = number ?? readDigitRuns(text).find(({ digits }) => isNumberOf(orders, digits))?.digits ?? null;
  const meant = spoken ?? (care.chosen === null ? care.orderNumber : null);
  if (meant !== null && meant.length >= 4) return { ...care, chosen: meant, candidates: [] };
  if (care.chosen !== null) return care;
  if (care.asked === "order") {
    const at = placeIn(care.candidates.length, said);
    if (at !== null) return { ...care, chosen: care.candidates[at] ?? null, candidates: [] };
  }
  const place = readOrderPlace(text);
  if (place !== null && orders[place] !== undefined) return { ...care, chosen: orders[place].orderNumber };
  const open = orders.filter((order) => isOpen(care.wish, order));
  const ordered = best(orders, contentsOf, naming(withoutReplacement(text)));
  // "A bigger skillet instead of the one I ordered" names what was ordered, too.
  const named = ordered.length > 0 ? ordered : best(orders, contentsOf, naming(text));
  const possible = named.filter((order) => open.includes(order));
  const [only, ...others] = possible.length > 0 ? possible : named;
  if (only !== undefined && others.length === 0) return { ...care, chosen: only.orderNumber, candidates: [] };
  if (only !== undefined) return { ...care, candidates: numbersOf([only, ...others]) };
  const hinted = orders.find(({ orderNumber }) => orderNumber === care.hint);
  if (hinted !== undefined && /\b(?:it|that|this)\b/i.test(text)) return { ...care, chosen: hinted.orderNumber };
  const [first, ...rest] = open.length > 0 ? open : orders.slice(0, 1);
  return first !== undefined && rest.length === 0
    ? { ...care, chosen: first.orderNumber, candidates: [] }
    : { ...care, candidates: numbersOf(open) };
}

function isNumberOf(orders: readonly OrderSummary[], digits: string): boolean {
  return orders.some(({ orderNumber }) => orderNumber === digits);
}

function numbersOf(orders: readonly OrderSummary[]): readonly string[] {
  return orders.slice(0, 3).map(({ orderNumber }) => orderNumber);
}

function contentsOf({ lines }: OrderSummary): string {
  return lines.map(({ spokenName }) => spokenName).join(" ");
}

function reasoned(care: Care, { text, entities, digit }: Said): Care {
  const [first, second] = ["ordered by mistake", "no longer needed"];
  const place = care.asked === "reason" ? placeIn(2, { text, entities, digit }) : null;
  const read = readCancelReason(text) ?? (entities?.cancelReason ? readCancelReason(entities.cancelReason) : null);
  const told = place === 0 ? first : place === 1 ? second : read;
  // Another reason is the shop's to accept or not.
  const own = care.asked === "reason" && readYesNo(text) === null && /\p{L}{3}/u.test(text) ? text.slice(0, 100) : null;
  const reason = told ?? (entities === null ? null : own);
  return reason === null || reason === undefined ? care : { ...care, reason };
}

function piecesOf(lines: readonly QuoteLine[], quantity: number | null): readonly string[] {
  return lines.flatMap(({ productId, quantity: ordered }) => {
    // One more than there are is enough for the shop to say no.
    const wanted = quantity === null ? ordered : Math.min(quantity, ordered + 1);
    return Array.from({ length: Math.min(wanted, 99) }, () => productId);
  });
}

/** "One bag of it", "two boxes". */
function packsIn(text: string): number | null {
  const spoken = wordsOf(text);
  for (const [at] of spoken.entries()) {
    const number = readNumber(spoken, at);
    const unit = number === null ? "" : (spoken[number.to]?.text ?? "");
    if (
      number !== null &&
      /^(?:bags?|pieces?|box|boxes|packs?|packets?|pairs?|sets?|items?|bottles?|cans?)$/.test(unit)
    )
      return Number.isInteger(number.value) && number.value > 0 ? number.value : null;
  }
  return null;
}

const whole =
  /\b(?:everything|all of (?:it|them|that)|the whole (?:order|thing|lot)|the (?:entire|complete) order|all|both)\b/i;

/** The lines that are named by a word of their own; words that several lines share tell none of them. */
function namedLines(lines: readonly QuoteLine[], text: string): readonly QuoteLine[] {
  const wanted = naming(text);
  return lines.filter(({ spokenName }) =>
    words(spokenName).some(
      (word) =>
        wanted.includes(word) &&
        lines.every((line) => line.spokenName === spokenName || !words(line.spokenName).includes(word)),
    ),
  );
}

function itemised(care: Care, said: Said): Care {
  if (care.productIds !== null && care.asked !== "items") return care;
  const lines = chosenOrder(care)?.lines ?? [];
  const text = withoutReplacement(said.text);
  const quantity = said.entities?.quantity ?? care.quantity ?? readQuantity(text)?.quantity ?? packsIn(text);
  const [only, ...others] = lines;
  const place = care.asked === "items" ? placeIn(lines.length, said) : null;
  const placed = place === null ? undefined : lines[place];
  if (placed !== undefined) return { ...care, productIds: piecesOf([placed], quantity) };
  const [meant = "", excepted] = text.split(/\b(?:except(?: for)?|but not|apart from|other than)\b/i);
  const isWhole = whole.test(meant);
  if (isWhole && excepted !== undefined) {
    const kept = namedLines(lines, excepted);
    return {
      ...care,
      productIds: piecesOf(
        lines.filter((line) => !kept.includes(line)),
        null,
      ),
    };
  }
  // "The order with the kettle" names an order, not the kettle.
  const named = namesOrderByContent(meant) ? [] : namedLines(lines, meant);
  if (named.length > 0)
    return { ...care, productIds: piecesOf(named, named.length === 1 && !isWhole ? quantity : null) };
  if (isWhole) return { ...care, productIds: piecesOf(lines, null) };
  if (only !== undefined && others.length === 0) return { ...care, productIds: piecesOf([only], quantity) };
  return care;
}

const swap =
  /\b(?:exchange|swap|change|replace|trade|switch)\b.*?\b(?:for|with|into|to|by)\b (?:the |a |an |one |some )?(.+)$/i;
const wantedInstead = /\b(?:rather have|prefer|want|like|get|have|take) (?:the |a |an )(.+?) instead\b/i;
const inAnother = /\bin (?:a |an |the )?((?!my\b|that\b|this\b|order\b)\p{L}+(?: \p{L}+)?)$/iu;

/** What the caller wants instead, in a wish to exchange: "swap it for the large one", "I'd rather have the red one instead". */
function replacementIn(text: string): string | null {
  const instead = /^(.*?)\binstead of\b/i.exec(text);
  if (instead?.[1] !== undefined) return instead[1].trim() || null;
  const found = swap.exec(text) ?? wantedInstead.exec(text) ?? inAnother.exec(text);
  return found?.[1]?.trim() ?? null;
}

/** The words of a wish without what shall replace the item. */
function withoutReplacement(text: string): string {
  const instead = /\binstead of\b(.*)$/i.exec(text);
  if (instead?.[1] !== undefined) return instead[1];
  const exchange = /\b(?:exchange|swap|change|replace|trade|switch)\b.*?\b(?:for|with|into|to|by)\b/i.exec(text);
  return exchange === null ? text : text.slice(0, exchange.index + exchange[0].length);
}

function replaced(care: Care, said: Said): Care {
  const { text, entities } = said;
  const replacement = entities?.replacement ?? care.replacement ?? replacementIn(text);
  const variants = care.variants ?? [];
  const [old] = care.productIds ?? [];
  const others = variants.filter(({ productId }) => productId !== old);
  if (/\b(?:the same (?:one|thing|again)|same (?:one|thing|product|item)|a new one)\b/i.test(text) && old !== undefined)
    return { ...care, replacement, newProductId: old };
  const place = care.asked === "replacement" ? placeIn(others.length, said) : null;
  const placed = place === null ? undefined : others[place];
  if (placed !== undefined) return { ...care, newProductId: placed.productId };
  const isYes = care.asked === "replacement" && readYesNo(text)?.answer === "yes";
  const [only, ...more] = others;
  if (isYes && only !== undefined && more.length === 0) return { ...care, newProductId: only.productId };
  const wanted = naming(care.asked === "replacement" ? text : (replacement ?? text));
  const [fit, ...alike] = best(others, (offer) => distinction(offer, variants), wanted);
  if (fit !== undefined && alike.length === 0) return { ...care, replacement, newProductId: fit.productId };
  return care.asked === "replacement" && wanted.length > 0
    ? { ...care, replacement: text.slice(0, 120), isSearched: false }
    : { ...care, replacement };
}

/** The words of a variant that not all variants have. */
function distinction(offer: ProductOffer, all: readonly ProductOffer[]): string {
  const textOf = ({ spokenName, title, attributes }: ProductOffer): string =>
    `${spokenName} ${title} ${attributes.map(({ value }) => value).join(" ")}`;
  const everywhere = new Set(
    words(textOf(offer)).filter((word) => all.every((other) => words(textOf(other)).includes(word))),
  );
  return [...new Set(words(textOf(offer)))].filter((word) => !everywhere.has(word)).join(" ");
}

const nothing: PartialAddress = { line1: "", line2: "", city: "", state: "", postalCode: "" };

function addressed(care: Care, said: Said): Care {
  const { text, entities } = said;
  const onFile = storedAddress(care, said);
  if (onFile !== null) return { ...care, address: onFile, partial: null };
  const spoken = readPostalAddress(text) ?? readPostalAddress(entities?.address ?? "");
  if (spoken === null) return care;
  const before = spoken.line1 === null ? (care.partial ?? nothing) : nothing;
  const partial: PartialAddress = {
    line1: spoken.line1 ?? before.line1,
    line2: spoken.line2 ?? before.line2,
    city: spoken.city ?? before.city,
    state: spoken.state ?? before.state,
    postalCode: spoken.postalCode ?? before.postalCode,
  };
  const isWhole = [partial.line1, partial.city, partial.state, partial.postalCode].every((part) => part !== "");
  const country = care.addresses[0]?.country ?? "USA";
  return { ...care, partial, address: isWhole ? { ...partial, country, label: null } : null };
}

/** An address on file that the words name: by its label, its street or its place in the list. */
function storedAddress(care: Care, said: Said): PostalAddress | null {
  const { addresses, asked } = care;
  const place = asked === "address" ? placeIn(addresses.length, said) : null;
  if (place !== null) return addresses[place] ?? null;
  const text = said.text.toLowerCase().replace(/\bwork(?:place)?\b/g, "office");
  if (/\d{5}|\bzip\b/.test(text) && readPostalAddress(said.text)?.line1 !== null) return null;
  if (/\b(?:my|the) other (?:address|one|place)\b/.test(text) && addresses.length === 2) return addresses[1] ?? null;
  const wanted = words(text);
  const labelled = addresses.filter(({ label }) => label !== null && wanted.includes(label.toLowerCase()));
  if (labelled.length === 1) return labelled[0] ?? null;
  const streets = best(
    addresses,
    ({ line1 }) => line1.replace(/\b(?:street|road|avenue|lane|drive|square|court|place|way)\b/gi, ""),
    naming(text),
  );
  return streets.length === 1 ? (streets[0] ?? null) : null;
}

const brands: readonly (readonly [RegExp, (method: MethodOnFile) => boolean])[] = [
  [/\bvisa\b/, ({ brand }) => brand === "visa"],
  [/\bmaster ?card\b/, ({ brand }) => brand === "mastercard"],
  [/\b(?:amex|american express)\b/, ({ brand }) => brand === "amex"],
  [/\bdiscover\b/, ({ brand }) => brand === "discover"],
  [/\bgift ?card\b/, ({ kind }) => kind === "giftCard"],
  [/\b(?:paypal|wallet)\b/, ({ kind }) => kind === "wallet"],
];

/** Ways to pay that are not the one that paid. */
export function otherMethods(care: Care): readonly MethodOnFile[] {
  const last4 = chosenOrder(care)?.paidWithLast4 ?? null;
  const others = care.methods.filter((method) => last4 === null || method.last4 !== last4);
  return others.length === 0 ? care.methods : others;
}

function isNamed(method: MethodOnFile, text: string): boolean {
  return brands.some(([pattern, is]) => pattern.test(text) && is(method));
}

/** The way to pay that was named by its brand, its last digits, or as the other one; null when none or several could be meant. `current` is the one that is used now. */
export function namedMethod(
  methods: readonly MethodOnFile[],
  current: string | null,
  words: { readonly text: string; readonly entities: Entities | null } | null,
): MethodOnFile | null {
  const text = `${words?.text ?? ""} ${words?.entities?.paymentMethod ?? ""}`.toLowerCase();
  const others = methods.filter(({ methodId }) => methodId !== current);
  const digits = readDigitRuns(text).map((run) => run.digits);
  const byDigits = methods.filter(({ last4 }) => last4 !== null && digits.includes(last4));
  // "From my Visa to my Mastercard": what is meant is another one than what pays now.
  const byBrand = others.filter((method) => isNamed(method, text));
  const isOther = /\b(?:other|another|different|second) (?:\w+ )?(?:card|one|method)\b/.test(text);
  const found = byDigits.length > 0 ? byDigits : byBrand.length > 0 ? byBrand : isOther ? others : [];
  const [only, ...more] = found;
  return only === undefined || more.length > 0 ? null : only;
}

function paid(care: Care, said: Said): Care {
  const others = otherMethods(care);
  const current = care.methods.find((method) => !others.includes(method))?.methodId ?? null;
  const named = namedMethod(care.methods, current, said);
  const place = care.asked === "method" ? placeIn(others.length, said) : null;
  const isYes = care.asked === "method" && readYesNo(said.text)?.answer === "yes" && others.length === 1;
  const method = named ?? others[isYes ? 0 : (place ?? -1)];
  return method === undefined ? care : { ...care, methodId: method.methodId };
}
