/** How many pieces are wanted: "four of those", "I'd like two yoga mats", "make it three". Pure. */
import { currencies } from "./amounts.ts";
import { readNumber } from "./numbers.ts";
import { readPriceConstraints } from "./price-constraints.ts";
import { corrections, labels, measures } from "./price-phrases.ts";
import { readRatingWish } from "./sort-order.ts";
import { startsWith, type Word, wordsOf } from "./words.ts";

/** A quantity and its place in the utterance's text. */
type Quantity = { readonly quantity: number; readonly start: number; readonly end: number };

const maxQuantity = 10_000;
const wishes = new Set(
  "put throw want take need order buy get add have like it to me give grab purchase quantity just only make another send want's be them those these i'll into".split(
    " ",
  ),
);
const closers = new Set(
  "please thanks then instead each total now more pieces units items copies sets in altogether".split(" "),
);
const pointers = new Set("those them these it that the each this your".split(" "));

const changes = new Set("change make set increase reduce raise lower bump up down quantity that it".split(" "));
/** The words that count the things they stand behind: "the cheapest three", "the nineteen fifties". */
const superlatives = /^(?:cheapest|best|top|first|last|newest|latest|dearest|other|next|expensive|popular|rated)$/;
const decades = /^(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ies$/;
const isMoney = (text: string): boolean => currencies.has(text) || /^cents?$/.test(text);

type Count = { readonly value: number; readonly to: number };

function readCount(words: readonly Word[], at: number): Count | null {
  const text = words[at]?.text ?? "";
  const after = words[at + 1]?.text ?? "";
  if (text === "half" && after === "a" && words[at + 2]?.text === "dozen") return { value: 6, to: at + 3 };
  if (text === "dozen" || (text === "a" && after === "dozen")) return { value: 12, to: text === "a" ? at + 2 : at + 1 };
  if (text === "couple" || (text === "a" && after === "couple"))
    return { value: 2, to: text === "a" ? at + 2 : at + 1 };
  const pair = text === "pair" ? at : text === "a" && after === "pair" ? at + 1 : -1;
  if (pair >= 0 && words[pair + 1]?.text === "of" && /^(?:those|these|them)$/.test(words[pair + 2]?.text ?? ""))
    return { value: 2, to: pair + 1 };
  if (text === "both") return { value: 2, to: at + 1 };
  const number = readNumber(words, at);
  if (number === null || !Number.isInteger(number.value) || number.value < 1 || number.value > maxQuantity) return null;
  return words[number.to]?.text === "dozen"
    ? { value: number.value * 12, to: number.to + 1 }
    : { value: number.value, to: number.to };
}

function isPlural(text: string): boolean {
  return (
    text.length > 3 && /s$/.test(text) && !/(ss|us|is|'s)$/.test(text) && !/^(please|thanks|yes|always)$/.test(text)
  );
}

function isCount(
  words: readonly Word[],
  at: number,
  count: Count,
  isPriceAt: (word: Word | undefined) => boolean,
): boolean {
  const before = words[at - 1]?.text ?? "";
  const word = words[count.to];
  // "Five, please": a comma before politeness breaks nothing.
  const isBroken = word?.isAfterBreak === true && !/^(?:please|thanks|then)$/.test(word.text);
  const after = word === undefined || isBroken ? "" : word.text;
  if (before === "like" && /^(?:more|something|maybe|nothing|looks|it's|that's)$/.test(words[at - 2]?.text ?? ""))
    return false;
  const isOne = count.value === 1;
  // "Order two" at the beginning asks for two; "my order two one eight" is a number.
  const isOrdering =
    before === "order" && /^(?:|to|please|and|just|i'll|we'll|can|then)$/.test(words[at - 2]?.text ?? "");
  if (
    (labels.has(before) && !isOrdering) ||
    before === "the" ||
    before === "number" ||
    superlatives.test(before) ||
    decades.test(after) ||
    before === "under" ||
    before === "point"
  )
    return false;
  if (measures.has(after) && after !== "pieces" && after !== "pairs" && after !== "bottles" && after !== "packs")
    return false;
  if (/^[$£€]/.test(words[at]?.text ?? "") || isMoney(after)) return false;
  // "Change it to five" counts; "eight to ten" and "equal to forty" do not.
  if (before === "to" && !words.slice(0, at).some((word) => changes.has(word.text))) return false;
  if (after === "of") return pointers.has(words[count.to + 1]?.text ?? "") || isPlural(words[count.to + 1]?.text ?? "");
  // "Thirty two by thirty four" is a size.
  if (before === "by" || after === "by" || after === "x") return false;
  // "Let's do four", "how much would two cost".
  if (
    before === "do" &&
    /^(?:let's|i'll|we'll|just)$/.test(words[at - 2]?.text ?? "") &&
    (after === "" || closers.has(after))
  )
    return true;
  if (/^(?:would|will|do|are)$/.test(before) && /^(?:cost|be|run|come)$/.test(after)) return true;
  if (/^(quantity|times)$/.test(before) || (before === "of" && words[at - 2]?.text === "quantity")) return true;
  // "Add two to my cart", "order three for me".
  if (
    wishes.has(before) &&
    /^(?:to|into|in|for)$/.test(after) &&
    /^(?:my|the|me|us|it|that)$/.test(words[count.to + 1]?.text ?? "")
  )
    return true;
  if (before === "for" && words[at - 2]?.text === "down") return true;
  if (before === "that" && words[at - 2]?.text === "make" && after === "") return true;
  if (/^(?:about|around|roughly|maybe|say)$/.test(before) && wishes.has(words[at - 2]?.text ?? "") && after === "")
    return true;
  const isWished = wishes.has(before) || words[at - 1] === undefined || words[at]?.isAfterBreak === true;
  if (isOne)
    return /^(just|only|take|quantity)$/.test(before) && (after === "" || closers.has(after))
      ? true
      : /^(piece|unit)$/.test(after);
  // "A puzzle of five hundred pieces" is one puzzle.
  if (/^(?:pieces|units|items|sets|copies)$/.test(after)) return wishes.has(before) || words[at - 1] === undefined;
  // "Three for under ten dollars".
  if (after === "for" && isWished && isPriceAt(words[count.to + 1])) return true;
  if (closers.has(after)) return isWished || after !== "in";
  if (after === "if") return isWished;
  if (after === "") return isWished && words[at - 1] !== undefined;
  if (!isWished && !/^(and|or|for|about|maybe)$/.test(before)) return false;
  for (let ahead = count.to; ahead < count.to + 4; ahead += 1) {
    const candidate = words[ahead];
    if (candidate === undefined || candidate.isAfterBreak) return false;
    if (isMoney(candidate.text) || /^(for|under|with|that|at|to|and|or|in|on)$/.test(candidate.text)) return false;
    if (isPlural(candidate.text)) return true;
  }
  return false;
}

/** "Two of those, actually three": what ends with a number after words that take another one back. */
function isCorrection(words: readonly Word[], at: number, { to }: Count): boolean {
  const isTakenBack = corrections.some((phrase) => startsWith(words, at - phrase.length, phrase));
  return isTakenBack && (words[to] === undefined || closers.has(words[to].text));
}

/** The quantity of an utterance; a later one corrects an earlier one. Null when none is named. Prices, sizes, measures and numbered things are none. */
export function readQuantity(utterance: string): Quantity | null {
  const words = wordsOf(utterance);
  const rating = readRatingWish(utterance);
  const prices = [...readPriceConstraints(utterance).spans, ...(rating === null ? [] : [rating])];
  const isPriceAt = (word: Word | undefined): boolean =>
    word !== undefined && prices.some(({ start, end }) => word.start >= start && word.start < end);
  let found: Quantity | null = null;
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    const count = isPriceAt(word) ? null : readCount(words, at);
    if (count === null) {
      at += 1;
      continue;
    }
    // Digits in a row are a code, not a count.
    const isRun =
      (readNumber(words, count.to) !== null || /^(?:oh|o)$/.test(words[count.to]?.text ?? "")) &&
      words[count.to]?.isAfterBreak !== true;
    if (
      !isRun &&
      word !== undefined &&
      (isCount(words, at, count, isPriceAt) || (found !== null && isCorrection(words, at, count)))
    )
      found = { quantity: count.value, start: word.start, end: words[count.to - 1]?.end ?? word.end };
    at = count.to;
    while (isRun && readNumber(words, at) !== null) at = (readNumber(words, at)?.to ?? at) + 0;
  }
  return found;
}
