/**
 * Numbers as they are written for the voice. Amounts keep digits and the currency's sign ("$49.99"): synthesisers read them as people say them, and a transcript shows
 * exactly the amount.
 */
import { minorDigitsOf } from "../../language/minor-units.ts";

const signs: { readonly [currency: string]: string } = {
  USD: "$",
  EUR: "€",
  GBP: "£",
  CAD: "CA$",
  AUD: "A$",
  JPY: "¥",
};

/** An amount of money, from minor units: 4999 USD is "$49.99", 5000 USD is "$50.00". */
export function money(amountMinor: number, currency: string): string {
  const sign = signs[currency];
  const minorDigits = minorDigitsOf(currency);
  const digits = (amountMinor / 10 ** minorDigits).toFixed(minorDigits);
  return sign === undefined ? `${digits} ${currency}` : `${sign}${digits}`;
}

/** Digits one by one, so that they are read singly: "10042" is "1 0 0 4 2". */
export function digitByDigit(digits: string): string {
  return [...digits.replaceAll(/\s/g, "")].join(" ");
}

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** A count in words up to ten: 3 is "three". */
export function count(value: number): string {
  return small[value] ?? String(value);
}

const ordinals = ["First", "Second", "Third", "Fourth", "Fifth"];

/** Place in a list, from 0: "First", "Second", … */
export function ordinal(index: number): string {
  return ordinals[index] ?? `Number ${index + 1}`;
}

/** Names joined for the ear: "a", "a and b", "a, b and c". */
export function joined(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
