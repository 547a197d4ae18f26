/** Bounds of what is taken from outside, before anything is looked up. */
import type { PostalAddress } from "./port.ts";

const MAX_CHARACTERS = 200;
const MAX_ITEMS = 200;
const MAX_SUMMARY_CHARACTERS = 2_000;

/** Whether texts are of a length that an id, a name or a line of an address can have, and not more than an order can name. */
export function areShort(texts: readonly string[]): boolean {
  return texts.length <= MAX_ITEMS && texts.every((text) => text.length <= MAX_CHARACTERS && isStorable(text));
}

/** Whether something can be sent to an address. */
export function isAddress({ line1, line2, city, state, postalCode, country }: PostalAddress): boolean {
  const required = [line1, city, state, postalCode, country];
  return areShort([...required, line2]) && required.every((text) => text.trim() !== "");
}

/** Whether a text can be the summary of a call. */
export function isSummary(text: string): boolean {
  return text.length <= MAX_SUMMARY_CHARACTERS && isStorable(text);
}

/** NUL and half a surrogate pair are no text to the database. */
function isStorable(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}
