/** Sentences about goods that are not there yet: never as if they were. */
import type { OrderSummary, ProductOffer, QuoteLine } from "../../schemas/generated/records.ts";
import type { Line } from "./memory.ts";
import { said } from "./phrases.ts";
import { count, digitByDigit, money } from "./spoken-numbers.ts";

function within(days: number): string {
  return `within ${count(days)} ${days === 1 ? "day" : "days"}`;
}

/** Within how many days a product is sent of which there is none; null for one that is there, or not to be had. */
export function awaitedDays({ stock, backorderDays }: ProductOffer): number | null {
  return stock > 0 ? null : backorderDays;
}

/** ", out of stock now and sent within ten days", in a list; empty for what is there. */
export function awaitedInList(product: ProductOffer): string {
  const days = awaitedDays(product);
  return days === null ? "" : `, out of stock now and sent ${within(days)}`;
}

/** "It is out of stock now, but we can send it within ten days."; nothing for what is there. */
export function awaitedOffer(product: ProductOffer): readonly Line[] {
  const days = awaitedDays(product);
  return days === null ? [] : [said(awaitedSentence(days))];
}

/** The same as an answer. */
export function awaitedSentence(days: number): string {
  return `It is out of stock now, but we can send it ${within(days)}.`;
}

/** The longest of what is awaited, in days; null when all of it is there. */
function longestWait(lines: readonly QuoteLine[]): number | null {
  const waits = lines.flatMap(({ backorderDays }) => (backorderDays === null ? [] : [backorderDays]));
  return waits.length === 0 ? null : Math.max(...waits);
}

/** What of a quote is not there, and that all of it is sent and charged when it is; nothing when all of it is there. */
export function awaitedReadBack(lines: readonly QuoteLine[]): readonly Line[] {
  const days = longestWait(lines);
  if (days === null) return [];
  const [only, ...others] = lines;
  const awaited = lines.filter(({ backorderDays }) => backorderDays !== null);
  const why = awaited.map(({ spokenName, quantity }) => {
    const name = others.length === 0 ? "it" : `the ${spokenName}`;
    const what = quantity === 1 ? `${name} is out of stock now` : `I don't have enough of ${name} now`;
    return said(`${what.charAt(0).toUpperCase()}${what.slice(1)}.`);
  });
  const what = others.length > 0 ? "everything together" : only?.quantity === 1 ? "it" : "them";
  return [...why, said(`We send ${what} ${within(days)}, and your card is charged only then.`)];
}

/** The end of a receipt for an order that waits for its goods. */
export function awaitedReceipt({ lines, totalMinor, currency, paidWithLast4 }: OrderSummary): readonly Line[] {
  const on = paidWithLast4 === null ? "" : ` on the card ending ${digitByDigit(paidWithLast4)}`;
  const days = longestWait(lines);
  return [
    said(`The total of ${money(totalMinor, currency)} is held${on}, and charged only when we send it.`),
    ...(days === null ? [] : [said(`That is ${within(days)}.`)]),
  ];
}
