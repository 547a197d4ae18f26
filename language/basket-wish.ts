/** Changes of what is about to be ordered: "and two of those as well", "take the mug off again", "the kettle and two mugs". Pure. */
import { readQuantity } from "./quantities.ts";

/** Something that one part of an utterance names. */
export type NamedPart = {
  /** The words, as they were said, in lower case. */
  readonly text: string;
  /** The words that may name a product: without orders, numbers and politeness. Empty when it only points: "two of those". */
  readonly name: string;
  /** Pieces, null when none were named. */
  readonly quantity: number | null;
};

/** What an utterance would do to what is about to be ordered. */
export type BasketWish = {
  /** `add`: beside what is there · `remove`: taken off · null: neither was said. */
  readonly kind: "add" | "remove" | null;
  readonly parts: readonly NamedPart[];
};

const removals: readonly RegExp[] = [
  /\b(?:take|leave|drop|cross|strike|scratch) .*\b(?:off|out|away)\b/,
  /\b(?:take|leave) (?:off|out|away)\b/,
  /\bnever ?mind (?:about |with )?(?:the|that|those|these)\b/,
  /\b(?:remove|delete|drop|scratch|get rid of|forget(?: about)?|skip|lose|without)\b/,
  /\bnot? (?:the|that|those|these|any) .*\b(?:after all|any ?more|then|either)\b/,
  /\b(?:don't|do not) (?:want|need) (?:the|that|those|these|any) .*\b(?:after all|any ?more)\b/,
];
const number =
  "(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple|a few|some|any|[0-9]{1,4})";
const additions: readonly RegExp[] = [
  /\b(?:also|as well|in addition|on top(?: of (?:that|it))?|besides|plus|additionally)\b/,
  /\btoo[\s.,!?]*(?:please)?[\s.!?]*$/,
  /\badd\b/,
  new RegExp(`\\b${number} more\\b(?! (?:expensive|affordable|time))`),
  /\b(?:another|one more)\b(?! (?:time|card|address|order|option|question|person|colou?r|size))/,
  /\b(?:together|along) with\b/,
  // "And the second one."
  new RegExp(
    `^\\W*(?:(?:oh|um|uh|er|yes|yeah|okay|ok|please)\\W+)*and (?:the|that|this|those|these|give me|put|i'll|i'd|then|number|an|${number})\\b`,
  ),
];

const noise = new RegExp(
  `\\b(?:${[
    "i|i'd|i'll|i'm|we|we'd|you|me|my|our|us|d|ll|like|love|want|wants|need|take|get|give|have|order|buy|add|put|include|make|change|set|do|can|could|may|will|would|should|let|let's|please|thanks|thank",
    "also|as|well|too|plus|besides|additionally|another|other|more|in|addition|on|top|to|into|of|for|with|together|along|and|then|so|just|only|actually|really|now|here",
    "off|out|away|remove|delete|drop|leave|scratch|forget|never|mind|nevermind|about|skip|lose|without|rid|cross|strike|not|no|don't|don|t|after|all|any|anymore|again|either|instead",
    "a|an|the|that|this|those|these|it|them|they|is|be|one|ones|each|piece|pieces|times|time|both|basket|cart|list|quote|yes|yeah|okay|ok|oh|um|uh|er|well|sorry|hmm",
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|dozen|couple|few|some|[0-9]+",
  ].join("|")})\\b`,
  "g",
);

function partOf(text: string): NamedPart {
  const name = text
    .replaceAll(noise, " ")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return { text, name, quantity: readQuantity(text)?.quantity ?? readBareCount(text) };
}

const counts: Readonly<Record<string, number>> = { two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8 };

/** "two mugs", "three of them" at the beginning of a part, which was the middle of what was said. */
function readBareCount(text: string): number | null {
  const found =
    /^(?:and |also |plus |then )*(two|three|four|five|six|seven|eight)\b(?! (?:hundred|thousand|point|dollars?))/.exec(
      text,
    );
  return found === null ? null : (counts[found[1] ?? ""] ?? null);
}

/** Reads what an utterance would do to what is about to be ordered. Which products its parts name is for whoever knows the products. */
export function readBasketWish(utterance: string): BasketWish {
  const text = utterance.toLowerCase().replaceAll("’", "'").trim();
  const isRemoval = removals.some((pattern) => pattern.test(text));
  const isAddition = !isRemoval && additions.some((pattern) => pattern.test(text));
  const parts = text
    .split(/\s*(?:[,;.!?]+(?!\d)|\band\b|\bplus\b|\b(?:together|along) with\b|\bas well as\b)\s*/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(partOf);
  return { kind: isRemoval ? "remove" : isAddition ? "add" : null, parts };
}
