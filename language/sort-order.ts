/** The order in which a caller wants to hear products, and the rating and availability that they demand. Pure. */
import { readNumber } from "./numbers.ts";
import { wordsOf } from "./words.ts";

/** Orders that can be asked for. */
type SpokenSort = "priceAscending" | "priceDescending" | "ratingDescending" | "newest" | "popularity";

const patterns: readonly (readonly [SpokenSort, RegExp])[] = [
  [
    "priceAscending",
    /\b(cheapest|least expensive|lowest[- ]priced?|lowest in price|most affordable|least costly|inexpensive first|low(est)? to high(est)?|lowest first|price,? ascending|ascending (by )?price|(from )?cheap to expensive|least to most expensive|cheap(est)? (ones )?first|((sort|order|rank|list)(ed)? (them )?)?by price(?! (high|descending))(?= ascending|$| please)|most economical|lowest cost|costs? the least|(for )?the least money|lowest prices|(cheap|low)(er)? prices? first|(start|begin)(ing)? with (the )?(cheap|low|affordable)(er)?)\b/,
  ],
  [
    "priceDescending",
    /\b(most expensive|priciest|costliest|dearest|highest[- ]priced?|high(est)? to low(est)?|most costly|highest cost|expensive ones first|price,? descending|descending (by )?price|(from )?expensive to cheap|most to least expensive|costs? the most|(expensive|high|top)(er)? prices? first|(start|begin)(ing)? with (the )?(more )?(expensive|pricey|high(er)?)( ones)?)\b/,
  ],
  [
    "ratingDescending",
    /\b((best|top|highest)[- ](rated|reviewed|rating|ratings|reviews?)|most highly rated|(best|top|highest) (customer |user )?(reviews?|ratings?)|rated (the )?(best|highest)|best ranked|rates? (the |it )?(highest|best)|(sort|order|rank|arrang|list)(ed?)? (them |these |those |it )?by (customer |user |star |average )?(ratings?|reviews?|stars?)|by (customer|user|star|average) (ratings?|reviews?)|(the )?most stars|highest scor(e|ed|ing)|best scor(e|ed|ing)|rated first)\b/,
  ],
  [
    "newest",
    /\b(newest|latest (?!orders?\b|news\b|on\b|in\b|at\b|updates?\b|by\b|and\b|is\b|delivery\b|shipment\b)\w+|most recent(ly( added)?)?|new arrivals|brand new arrivals|just (came|come|got|gotten) in|just arrived|just released|recently (added|released|launched)|(what('s| is)|anything|something|things?) new(?= (in|for|this)\b)|newly (added|arrived|released)|new releases|latest(?=$|[?.!]| first)|(sort|order|rank|arrang|list)(ed?)? (them |these |those |it )?by (newest|date))\b/,
  ],
  [
    "popularity",
    /\b(most popular|what(?:'s| is) popular|best[- ]?sell(ing|ers?)|top sell(ing|ers?)|most sold|trending|(more )?popular first|popular (ones|items|products|options|choices)|(what|which)('s| is| ones?)? sell(s|ing) (the )?(best|most)|sells (the )?best|in demand|most bought|most (purchased|ordered|wanted|loved|liked)|hot sellers?|what(?:'s| is) (?:hot|hottest)|(people|customers|folks|others|everyone|everybody) (buys?|gets?|orders?|likes?|chooses?) (the )?most|(what|which)( \w+)?( are| is|'s) (most )?(people|customers|folks|others|everyone|everybody) (buying|getting|ordering|choosing)|(hottest|biggest|number one|number 1) sellers?|most (people|customers|folks|others) (buy|get|order|choose|like)|everyone (buys|is buying|likes)|(sort|order|rank|arrang|list)(ed?)? (them |these |those |it )?by popularity|(people|customer|crowd|shopper|fan|buyer)('?s)? favou?rites?)\b/,
  ],
];

/** What takes a superlative back: "not the cheapest", "I'm not looking for the cheapest". */
const negated =
  /(?:\bnot|n['’]t|\bthan)(?: (?:really|necessarily|always|just))?(?: (?:looking|asking|after|interested|want|need|wanting)(?: (?:for|in))?)?(?: \w+)? $/;

/** What was said about order, and where; null when nothing was. A negated superlative ("not the cheapest") is no order. */
export function readSortOrder(
  utterance: string,
): { readonly sort: SpokenSort; readonly start: number; readonly end: number } | null {
  const text = utterance.toLowerCase();
  let first: { readonly sort: SpokenSort; readonly start: number; readonly end: number } | null = null;
  for (const [sort, pattern] of patterns) {
    const match = pattern.exec(text);
    if (match === null || negated.test(text.slice(0, match.index))) continue;
    const isRating = /rating|review/.test(text) && /high(est)? to low/.test(match[0]);
    // "From most to least expensive" begins with what is wanted first.
    if (first === null || match.index < first.start)
      first = { sort: isRating ? "ratingDescending" : sort, start: match.index, end: match.index + match[0].length };
  }
  return first;
}

const ratingWords = /^(?:rated|rating|ratings|score|scored|scoring|reviewed)$/;
/** Words between "rated" and the number. */
const ratingLinks = new Set(
  "at least above over of a an minimum more than better higher is with the no less not below around about".split(" "),
);
const afterRating = new Set("or and plus with under for that in please but between below over at then".split(" "));

/** "At least four stars", "rated four or better": the lowest rating wanted, 1 to 5, and where it was said; null when none was named. */
export function readRatingWish(
  utterance: string,
): { readonly minRating: number; readonly start: number; readonly end: number } | null {
  const words = wordsOf(utterance);
  for (let at = 0; at < words.length; at += 1) {
    const number = readNumber(words, at);
    if (number === null) continue;
    const isPlus = words[number.to]?.text === "plus" || words[number.to]?.text === "out";
    const unit = words[number.to]?.text === "plus" ? words[number.to + 1] : words[number.to];
    const isStars = unit !== undefined && /^(?:stars?|rating)$/.test(unit.text);
    let from = at;
    while (from > 0 && ratingLinks.has(words[from - 1]?.text ?? "")) from -= 1;
    const isRated = ratingWords.test(words[from - 1]?.text ?? "");
    const ends = unit === undefined || unit.isAfterBreak || isPlus || afterRating.has(unit.text);
    if (number.value >= 1 && number.value <= 5 && (isStars || (isRated && ends && words[at]?.text !== "one"))) {
      const first = words[isRated ? from - 1 : from];
      const last = isStars ? unit : words[number.to - 1];
      return { minRating: number.value, start: first?.start ?? 0, end: last?.end ?? 0 };
    }
    at = number.to - 1;
  }
  return null;
}

/** The lowest rating wanted, 1 to 5; null when none was named. */
export function readMinRating(utterance: string): number | null {
  return readRatingWish(utterance)?.minRating ?? null;
}

/** Whether only what is in stock is wanted. */
export function demandsStock(utterance: string): boolean {
  const text = utterance.toLowerCase();
  return (
    /(?<!out of |not |aren't |isn't )\bin stock\b|\bavailable (for immediate|now|today|right now|immediately|right away|at the moment)\b/.test(
      text,
    ) ||
    /\b(currently|immediately|actually|still) (available|in stock)\b|\b(not|isn't|aren't|never) (sold out|out of stock|on backorder|backordered)\b|\bavailable (ones|items|products) only\b|\b(nothing|none|no|not any|don't .*|aren't|isn't)( that's| that is| that are| things| products| items)? (sold out|out of stock|unavailable|backordered)\b|\bmust be available\b|\b(can|could) ship (now|today|right away|immediately)\b|\bonly (\w+ ){0,2}available\b|\byou (actually )?have on hand\b|\bready to ship\b/.test(
      text,
    )
  );
}
