/** A discount code that is named as one. Pure. */

const named =
  /\b(?:(?:discount|promo|promotion|promotional|coupon|voucher|gift)(?: code)?|code)(?: is| called| named|:)? ((?:[\p{L}\p{N}]+[ -]?){1,3}?)(?: please| thanks| for me| on (?:it|this|that|my order)| to (?:it|this|that|my order))?[.!]?$/u;
const notACode =
  /^(?:code|codes|please|available|that|which|i|for|on|now|today|to|and|or|is|it|off|here|in|from|with|the|a|my|right|you|do|does|can|be|at|card|cards|if|work|works|working|expired)\b/;

/** The code in capitals, as a shop writes it ("use code spring ten": "SPRING TEN"); letters spelled one by one are joined. Null when none is named. */
export function readDiscountCode(utterance: string): string | null {
  const match = named.exec(utterance.toLowerCase().trim());
  const code = match?.[1]?.trim() ?? "";
  if (code === "" || notACode.test(code)) return null;
  const isPin = /\b(?:pin|pass) ?code\b/.test(utterance.toLowerCase()) || /^[\d -]+$/.test(code);
  if (isPin) return null;
  return code
    .replace(/\b(\p{L}) (?=\p{L}\b)/gu, "$1")
    .toUpperCase()
    .slice(0, 32);
}
