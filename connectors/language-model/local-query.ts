/** What kind of product is wanted: the words without lead-in, price, quantity, order and politeness. Pure. */
import { readOrdinal } from "../../language/ordinals.ts";
import { readPriceConstraints } from "../../language/price-constraints.ts";
import { readQuantity } from "../../language/quantities.ts";
import { relativePriceSpan } from "../../language/relative-price.ts";
import { readSortOrder } from "../../language/sort-order.ts";

const leadIns = [
  "(?:not(?= ,| that| this| those| these)|wait|hold on|sorry|um|uh|er|hi|hello|hey|hey there|okay|ok|well|so|yes|yeah|no|sure|right|actually|alright|please|oh|and|then|also|now|instead|thanks|good (?:morning|evening|afternoon))",
  "(?:i(?:'?m| am| was)|we(?:'re| are)) (?:just |actually |also |really )?(?:looking|searching|shopping|hunting|hoping|trying)(?: (?:to (?:find|buy|get|order|see)))?(?: for| at)?",
  "(?:i(?:'?m| am)|we(?:'re| are)) (?:just |actually |also )?(?:after|interested in|in need of|in the market for|thinking (?:of|about))",
  "(?:i|we)(?:'d| would) (?:really |also )?(?:like|love|prefer)(?: to (?:see|look at|find|buy|order|get|have|hear about|purchase))?",
  "(?:i|we) (?:just |really |also |actually |only )?(?:want|need|wanna|require|could use)(?: to (?:see|look at|find|buy|order|get|have|look for|search for|hear about|purchase))?",
  "(?:i|we)(?:'d| would) rather (?:look (?:for|at)|have|see|get|find)?",
  "(?:i'?m|i am|we're|we are) calling (?:because|about|for|to (?:find|buy|order|get|ask about))",
  "(?:looking|searching|shopping) for|look(?:ing)? (?:at|for|up)",
  "(?:can|could|would|will) (?:you|i|we) (?:please |also |maybe )?(?:find|show|get|search|look|see|have|help|recommend|suggest|tell|give|read|check|order|buy)(?: me| us)?(?: (?:to )?find| for| up| with| about)?",
  "(?:do|did|does) (?:you|you guys|your shop|the shop) (?:also |maybe |happen to |still )?(?:have|sell|carry|stock|offer|got)",
  "(?:is|are) (?:it|that|this|they|these|those)(?: one)?(?: also)? (?:available|there|in stock)",
  "(?:does|do|would|will|can) (?:it|that|this|they|these|those)(?: one)? (?:also )?come",
  "(?:do|does|is|are|have|has) (?:any|one|some) of (?:them|these|those|it)(?: (?:have|has|come with|comes with|got|available))?",
  "(?:have you|you) got|got|have you(?: any)?|are there|is there|what about|how about|tell me about|let me (?:see|hear(?: about)?|have)",
  "(?:search|look|shop|go) (?:for|at|up)|show(?: me| us)?|find(?: me| us)?|get me|give me|list|recommend|suggest|buy|order|search",
  "what (?:kinds?|sorts?|types?|other)? ?(?:of )?(?=\\S+(?: \\S+){0,3} (?:do|have|are))|which(?= \\S+(?: \\S+){0,3} (?:do|have|are))",
  "what(?:'s| is| are) (?:your|the)|what (?:do|would|can|could) you (?:have|recommend|suggest)(?: in| for)?",
  "(?:me|us) (?:with )?",
  "(?:it|them|those|that)(?= (?:in|with|made) )",
  "(?:some|any|a few|a couple of|a pair of|pairs? of|anything|something|a|an|the|my|your|our|those|these|of|one|ones|in|kind of|like|for sale)(?: else)?",
].map((source) => new RegExp(`^(?:${source})(?=$|\\s)`));

const trailers = [
  "(?:please|thanks|thank you|not|no|then|instead|if you have (?:any|one|some|it|them)|do you have(?: any| in stock| one)?|are there|have you got|you have|you sell|for sale|i can buy|there|that you have|i think|as well|too|or something|or anything|though|right now|today|now|available|in stock|each|apiece|a piece|per piece|and|or|but|for|that costs?|which costs?|that(?:'s| is| are)|costing|priced|at|with|in total|total|of|the|in|from|i guess|you know|maybe|anything|something|is|are|by price|first|sorted|by rating|have you|do you (?:have|sell|carry|stock|offer))",
].map((source) => new RegExp(`(?:^|\\s)(?:${source})$`));

const empties = new Set(
  "it that this one ones them those these something anything stuff else more other others another cheaper cheap less expensive better different options option choices product products item items thing things price prices everything all some any me you i nothing help to be what which look".split(
    " ",
  ),
);

function withoutSpans(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string {
  let rest = "";
  let from = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    rest += `${text.slice(from, start)} `;
    from = end;
  }
  return rest + text.slice(from);
}

/** What a "no" or an "only" reaches ends at the next comma; other words do without it. */
function keepsBreaks(utterance: string): boolean {
  return /\b(?:not?|nothing|without|except|only|must|never|(?:has|have|needs?) to|preferably|ideally)\b|n['’]t\b/i.test(
    utterance,
  );
}

function stripped(text: string, patterns: readonly RegExp[]): string {
  let rest = text.trim();
  for (let before = ""; before !== rest; ) {
    before = rest;
    for (const pattern of patterns) rest = rest.replace(pattern, "").replace(/^[ ,]+|[ ,]+$/g, "");
  }
  return rest;
}

/** The words that name what is wanted; null when nothing but bounds, counts and politeness was said. At most 200 characters. */
export function readQuery(utterance: string): string | null {
  const sort = readSortOrder(utterance);
  const quantity = readQuantity(utterance);
  const ordinal = readOrdinal(utterance);
  const relative = relativePriceSpan(utterance);
  const spans = [
    ...readPriceConstraints(utterance).spans,
    // An order that no entity can tell stays in the words.
    ...(sort === null || sort.sort === "popularity" ? [] : [sort]),
    ...(quantity === null ? [] : [quantity]),
    ...(ordinal === null ? [] : [ordinal]),
    ...(relative === null ? [] : [relative]),
  ];
  const text = withoutSpans(utterance, spans)
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(keepsBreaks(utterance) ? / *[,;] */g : /[,;]/g, keepsBreaks(utterance) ? " , " : " ")
    .replace(/[^\p{L}\p{N}',%.-]+|\.(?!\d)|(?<!\p{L})-|-(?!\p{L}|\p{N})/gu, " ")
    .replace(/ +/g, " ")
    .replace(/(?: ,)+(?= ,|$)|^(?: ?,)+/g, "");
  const query = stripped(stripped(text, leadIns), trailers);
  const again = stripped(query, leadIns)
    .replace(/ ,(?= )/g, ",")
    .slice(0, 200);
  const hasContent = again.split(" ").some((word) => word !== "" && !empties.has(word));
  return hasContent ? again : null;
}
