/** Sentences made of data: products, quotes, orders. One sentence each, so that an interruption tells which of them were heard. */
import type {
  CardOnFile,
  LeftLine,
  OrderStatus,
  OrderSummary,
  ProductOffer,
  Quote,
  QuoteLine,
  ToolArguments,
  ToolRefused,
  ToolSucceeded,
} from "../../schemas/generated/records.ts";
import { differences, sentencesOf } from "./answering.ts";
import { awaitedInList, awaitedOffer, awaitedReadBack, awaitedReceipt } from "./backorder-wording.ts";
import type { Line } from "./memory.ts";
import { phrase, said } from "./phrases.ts";
import { count, digitByDigit, joined, money, ordinal } from "./spoken-numbers.ts";

/** Most products told in one go. */
export const listLength = 3;

const tellingAttributes = ["colour", "color", "size", "material", "type", "connection", "form"];

/** What sets a product apart from others of the same name or price in the list; empty when name and price do. */
export function difference(product: ProductOffer, list: readonly ProductOffer[]): string {
  const others = list.filter(
    (other) =>
      other.productId !== product.productId &&
      (other.spokenName === product.spokenName || other.priceMinor === product.priceMinor),
  );
  if (others.length === 0) return "";
  const valueIn = (offer: ProductOffer, name: string) =>
    offer.attributes.find((attribute) => attribute.name === name)?.value;
  const names = [...tellingAttributes, ...product.attributes.map((attribute) => attribute.name)];
  for (const name of names) {
    const value = valueIn(product, name);
    if (value === undefined || !/^\p{Ll}+$/u.test(name)) continue;
    if (product.spokenName.toLowerCase().includes(value.toLowerCase())) continue;
    if (others.every((other) => valueIn(other, name) !== value)) return `, ${name} ${value}`;
  }
  return others.some((other) => other.spokenName === product.spokenName) ? `, ${product.title}` : "";
}

/** A list of at most three products, told apart by name and price; a single one is asked for, several are chosen from. */
export function productList(
  intro: readonly Line[],
  list: readonly ProductOffer[],
  single = "The best match is",
): readonly Line[] {
  const first = list[0];
  if (first === undefined) return intro;
  if (list.length === 1) {
    const text = `${single} the ${first.spokenName}, for ${money(first.priceMinor, first.currency)}.`;
    return [...intro, { ...said(text), productId: first.productId }, ...awaitedOffer(first), phrase("order-it")];
  }
  const told = list.map((product, index) => {
    const text = `${ordinal(index)}, the ${product.spokenName}${difference(product, list)}, for ${money(product.priceMinor, product.currency)}${awaitedInList(product)}.`;
    return { ...said(text), productId: product.productId };
  });
  return [...intro, ...told, phrase("which-one")];
}

/** "I found three." */
export function foundIntro(shownCount: number, hasMore: boolean): readonly Line[] {
  if (shownCount === 1) return [said("I found one.")];
  return [said(hasMore ? `Here are the best ${count(shownCount)}.` : `I found ${count(shownCount)}.`)];
}

/** What could not be met, with the limit that the caller named in this search. */
export function nearestIntro(search: ToolArguments | null, products: readonly ProductOffer[]): readonly Line[] {
  const currency = products[0]?.currency ?? "USD";
  const amount = (minor: number) => money(minor, currency).replace(/\.00$/, "");
  const low = search?.priceMinMinor ?? null;
  const high = search?.priceMaxMinor ?? null;
  const limit =
    low !== null && high !== null
      ? ` between ${amount(low)} and ${amount(high)}`
      : high !== null
        ? ` under ${amount(high)}`
        : low !== null
          ? ` over ${amount(low)}`
          : " exactly like that";
  return [said(`I have nothing${limit}.`), ...(products.length === 1 ? [] : [said("These come closest.")])];
}

/** One product: name, price and the first sentence of its description. */
export function productReview(product: ProductOffer): readonly Line[] {
  const first = sentencesOf(product.description)[0];
  return [
    {
      ...said(`The price of the ${product.spokenName} is ${money(product.priceMinor, product.currency)}.`),
      productId: product.productId,
    },
    ...(first === undefined ? [] : [said(first)]),
    ...(product.stock > 0 || product.backorderDays !== null
      ? [...awaitedOffer(product), phrase("order-it")]
      : [phrase("sold-out"), phrase("what-else")]),
  ];
}

/** Several products side by side: what each costs, then what tells them apart. */
export function comparison(offers: readonly ProductOffer[]): readonly Line[] {
  const prices = offers.map((offer) => ({
    ...said(`The price of the ${offer.spokenName} is ${money(offer.priceMinor, offer.currency)}.`),
    productId: offer.productId,
  }));
  return [...prices, ...differences(offers).map((sentence) => said(sentence)), phrase("which-one")];
}

/** "the kettle", "two times the mug". */
export function lineText(line: QuoteLine): string {
  return line.quantity === 1 ? `the ${line.spokenName}` : `${count(line.quantity)} times the ${line.spokenName}`;
}

/** "your Visa ending 4 2 4 2". */
export function cardText(card: CardOnFile): string {
  const brand = card.brand === "" ? "card" : card.brand.charAt(0).toUpperCase() + card.brand.slice(1);
  return `your ${brand} ending ${digitByDigit(card.last4)}`;
}

/** "There are only two of the mug left.": what a quote of several does not hold, and why, one sentence each. */
export function leftText(leftLines: readonly LeftLine[]): readonly Line[] {
  return leftLines.map(({ spokenName, reason, availableQuantity }) => {
    const left = availableQuantity ?? 0;
    const name = spokenName === "" ? "one of the things" : `the ${spokenName}`;
    if (reason === "outOfStock" && left > 0)
      return said(`I'm sorry, there ${left === 1 ? "is" : "are"} only ${count(left)} of ${name} left.`);
    if (reason === "outOfStock") return said(`I'm sorry, I have none of ${name} left.`);
    if (reason === "overLimit" && left > 0)
      return said(`I'm sorry, I can sell at most ${count(left)} of ${name} in one order.`);
    if (reason === "overLimit") return said(`I'm sorry, with ${name} this would be more than I can sell in one order.`);
    if (reason === "tooManyLines") return said(`I'm sorry, I can't put ${name} in: this order is full.`);
    return said(`I'm sorry, I can't sell ${name} any more.`);
  });
}

/** What of several was left out, and what is to be ordered by now; nothing for one product. */
export function basketText(success: ToolSucceeded | null): readonly Line[] {
  const left = leftText(success?.leftLines ?? []);
  const lines = success?.quote?.lines ?? [];
  return lines.length + left.length < 2 ? [] : [...left, said(`So far that is ${joined(lines.map(lineText))}.`)];
}

/**
 * What is ordered, what it costs, which card pays, and the question. Several products are told one sentence each, so that it is known which of them were heard; of more than
 * can be kept in mind at once, those that were heard before (`heard`, by their sentences) are summed up. The amount stands in the sentence before the question.
 */
export function quoteReadBack(quote: Quote, card: CardOnFile | null, heard: readonly string[] = []): readonly Line[] {
  const amount = (minor: number) => money(minor, quote.currency);
  const lines = quote.lines.map(
    (line) => `${lineText(line)} at ${amount(line.unitPriceMinor)}${line.quantity === 1 ? "" : " each"}`,
  );
  const extras = [
    ...(quote.discountMinor > 0 ? [`${amount(quote.discountMinor)} off`] : []),
    ...(quote.shippingMinor > 0 ? [`${amount(quote.shippingMinor)} for shipping`] : []),
    ...(quote.taxMinor > 0 ? [`${amount(quote.taxMinor)} tax`] : []),
  ];
  return [
    ...(lines.length === 1 ? [said(`That is ${joined(lines)}.`)] : severalLines(lines, heard)),
    ...awaitedReadBack(quote.lines),
    ...(extras.length > 0 ? [said(`There is ${joined(extras)}.`)] : []),
    totalLine(quote, card),
    orderQuestion(card),
  ];
}

function severalLines(lines: readonly string[], heard: readonly string[]): readonly Line[] {
  const sentences = lines.map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`);
  const fresh = sentences.length > listLength ? sentences.filter((sentence) => !heard.includes(sentence)) : sentences;
  const oldCount = sentences.length - fresh.length;
  const rest =
    fresh.length === 0 ? "They are" : oldCount === 1 ? "The other one is" : `The other ${count(oldCount)} are`;
  return [
    said(`That is ${count(lines.length)} things.`),
    ...fresh.map(said),
    ...(oldCount === 0 ? [] : [said(`${rest} as I read to you before.`)]),
  ];
}

/** "The total is $53.98, on your Visa ending 4 2 4 2."; no card: it is paid by a link. */
export function totalLine(quote: Quote, card: CardOnFile | null): Line {
  const on = card === null ? "" : `, on ${cardText(card)}`;
  return said(`The total is ${money(quote.totalMinor, quote.currency)}${on}.`);
}

/** The question that a yes to an order answers. */
export function orderQuestion(card: CardOnFile | null): Line {
  return phrase(card === null ? "text-link" : "place-it");
}

/** How many pieces one order may have. */
export function limitText(limit: number | null): string {
  return limit === null
    ? "I'm sorry, that is more than I can sell in one order."
    : `I'm sorry, I can sell at most ${count(limit)} in one order.`;
}

/** What one customer may order in a day, and what is left of it. */
export function dailyLimitText(refusal: Pick<ToolRefused, "reason" | "limit"> | null, currency = "USD"): string {
  const limit = refusal?.limit ?? null;
  if (refusal?.reason === "tooManyOrders" && limit !== null)
    return `I'm sorry, I can take at most ${count(limit)} ${limit === 1 ? "order" : "orders"} from one customer in a day.`;
  if (limit === null || limit === 0)
    return "I'm sorry, you have ordered as much as I can sell to one customer in a day.";
  return `I'm sorry, that would be more than I can sell to one customer in a day. Today I can sell you goods for up to ${money(limit, currency)} more.`;
}

/** The receipt. */
export function receiptLines(order: OrderSummary): readonly Line[] {
  const paid = order.paidWithLast4 === null ? "" : `, paid with the card ending ${digitByDigit(order.paidWithLast4)}`;
  return [
    said("Your order is placed."),
    said(`Your order number is ${digitByDigit(order.orderNumber)}.`),
    ...(order.status === "backordered"
      ? awaitedReceipt(order)
      : [said(`The total is ${money(order.totalMinor, order.currency)}${paid}.`)]),
  ];
}

const statusText: { readonly [S in OrderStatus]: string } = {
  placed: "has been placed",
  backordered: "waits for goods that are on their way to us, and is charged when they are here",
  paid: "is paid and waits to be packed",
  packed: "is packed and leaves soon",
  shipped: "has shipped and is on its way to you",
  delivered: "has been delivered",
  cancelled: "was cancelled",
  refunded: "was refunded",
  paymentFailed: "was not paid, because the payment failed",
  itemsChanged: "was changed as you asked, and waits to be packed",
  returnRequested: "has been delivered, and I have noted your return",
  returned: "came back to us",
  exchangeRequested: "has been delivered, and I have noted your exchange",
  exchanged: "has been exchanged",
};

/** Where an order is. */
export function orderLines(order: OrderSummary): readonly Line[] {
  const things = order.lines.map(lineText);
  return [
    said(`Your order ${digitByDigit(order.orderNumber)} ${statusText[order.status]}.`),
    ...(things.length === 0
      ? []
      : [said(`It has ${joined(things)}, for ${money(order.totalMinor, order.currency)} in all.`)]),
  ];
}
