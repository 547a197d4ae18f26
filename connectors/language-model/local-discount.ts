/** A discount code that is named as one. Pure. */

const named =
  /\b(?:(?:promo|coupon|voucher)(?: code)?|(?:discount|promotion|promotional|gift) code|code)(?: is| called| named|:)? ((?:\p{L} ){2,}\p{L}|[\p{L}\p{N}]+(?:[ -][\p{L}\p{N}]+){0,2})$/u;
const politeness = /(?:[ ,]+(?:please|thanks|thank you|then|for me|(?:on|to|for) (?:it|this|that|my order)))+$/;
const notACode =
  /^(?:code|codes|please|available|that|which|i|for|on|now|today|to|and|or|is|it|off|here|in|from|with|the|a|my|right|you|do|does|can|be|at|card|cards|if|work|works|working|expired)\b/;

/** The code in capitals, as a shop writes it ("use code spring ten": "SPRING TEN"); letters spelled one by one are joined. Null when none is named. */
export function readDiscountCode(utterance: string): string | null {
  const match = named.exec(
    utterance
      .toLowerCase()
      .replace(/[.!?]+$/, "")
      .trim()
      .replace(politeness, ""),
  );
  const code = match?.[1]?.trim() ?? "";
  if (code === "" || notACode.test(code)) return null;
  const isPin = /\b(?:pin|pass) ?code\b/.test(utterance.toLowerCase()) || /^[\d -]+$/.test(code);
  if (isPin) return null;
  return code
    .replace(/(?<!\p{L})(\p{L}) (?=\p{L}(?!\p{L}))/gu, "$1")
    .toUpperCase()
    .slice(0, 32);
}
