/** Wishes to have what was ordered before once more. Pure. */

const ordering = "(?:re-?)?(?:order|buy|get|have|send|want|take|need|repeat|do)";
const wishes: readonly RegExp[] = [
  // "the same as last time", "same order as always"
  /\bsame(?: \w+){0,3} (?:as|like) (?:the )?(?:last time|last order|before|always|usual|previously|ever|(?:my|the) (?:last|previous) (?:one|order|time))\b/,
  // "the same thing again", but not "say the same again"
  /\b(?:the )?same(?: (?:thing|things|order|stuff|ones?))? (?:again|once more|one more time)\b/,
  /\b(?:my|the) usual(?: order)?(?: again| please| thing)?(?:$|[,.!]| for me| as always)/,
  /\bre-?order(?:ing|ed)?\b/,
  /\b(?:repeat|duplicate) (?:my|the|that) (?:last |previous |latest )?(?:order|purchase)\b/,
  // "what I had last time", "what I ordered last month, again"
  new RegExp(
    `\\b${ordering}\\b.*\\b(?:what|the (?:thing|one|stuff|product|item)s?(?: that)?) (?:i|we)(?:'ve)? (?:had|ordered|bought|got|took|purchased) (?:last|before|previously)\\b`,
  ),
  /\bwhat (?:i|we) (?:had|ordered|bought|got|took) (?:the )?last (?:time|month|week|year)\b.*\b(?:again|once more|please)\b/,
  // "order it again"
  /\b(?:re-?)?(?:order|buy|get) (?:it|that|that one|them|those|this|the (?:thing|lot)) (?:again|once more|another time)\b/,
  // "order my last order again"
  new RegExp(
    `\\b${ordering}\\b.*\\b(?:my|the) (?:last|previous|latest) (?:order|purchase)\\b.*\\b(?:again|once more|another time)\\b`,
  ),
  /\b(?:as|like) (?:the )?last time\b/,
];
/** What is to be done with the order, or with what was said, is something else. */
const others =
  /\b(?:cancel|return|exchange|refund|where|track|status|when|broken|wrong|complain|say|tell|repeat that|hear|late|didn't|colou?r|larger|smaller|bigger)\b/;

/** Whether a caller wants what they ordered before: "the same as last time", "my usual", "order it again". */
export function asksToReorder(utterance: string): boolean {
  const text = utterance.toLowerCase().replaceAll("’", "'").replaceAll(/\s+/g, " ").trim();
  return !others.test(text) && wishes.some((wish) => wish.test(text));
}
