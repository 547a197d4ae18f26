/** What the grammars and the facts see in an utterance. Pure. */
import { readNumber } from "../../language/numbers.ts";
import { readOrdinal } from "../../language/ordinals.ts";
import { readQuantity } from "../../language/quantities.ts";
import { readSortOrder } from "../../language/sort-order.ts";
import { readWishedPrices } from "../../language/wished-prices.ts";
import { wordsOf } from "../../language/words.ts";
import type { Entities } from "../../schemas/generated/records.ts";
import { matchOffered, type NamedProduct, type ProductMatch } from "./local-products.ts";
import { readQuery } from "./local-query.ts";

/** What it may know beside the words. */
export type LocalFacts = {
  readonly offered: readonly NamedProduct[];
  readonly hasFocus: boolean;
  /** What the open quote holds. */
  readonly quoted?: readonly NamedProduct[];
};

/** What the grammars see in the words. */
export type Seen = {
  readonly text: string;
  readonly query: string | null;
  readonly prices: ReturnType<typeof readWishedPrices>;
  readonly sort: Entities["sort"];
  readonly quantity: number | null;
  readonly ordinal: number | null;
  readonly product: ProductMatch | null;
  readonly isSearch: boolean;
  /** "I need …", "can I get …": a wish, of something new or something offered. */
  readonly isWish: boolean;
  readonly isOrder: boolean;
  readonly isQuestion: boolean;
  /** Whether it has the form of a question, whatever about. */
  readonly isAsked: boolean;
  /** A number and nothing else. */
  readonly bareNumber: number | null;
};

const searchWords =
  /\b(?:looking for|look for|help me (?:find|buy|get)|help finding|looking to (?:buy|get|find)|(?:do|would|can|could) you (?:recommend|suggest)|which of your|where (?:can|do|would) i find|(?:if|whether) you (?:have|sell|carry|stock)|search(?:ing)?(?: for)?|do you (?:(?:guys|all|folks|also|still|ever) )?(?:have|sell|carry|stock)|have you got (?:any|a|some)|show me|find me|i'm after|shopping for)\b/;
const wishWords =
  /^(?:(?:hi|hello|hey|there|well|um|uh|so|okay|ok|yes|no|please|actually|and|also|then)[ ,.!]+)*(?:i|we)(?:'d| would)? (?:also |just |really )?(?:want|need|like|love|prefer|am looking|am after|am interested in|could (?:really )?use)\b|^(?:(?:hi|hello|hey|there|well|um|uh|so|okay|ok)[ ,.!]+)*(?:(?:can|could|may) (?:i|we) (?:also |please )?(?:get|have|see)|i'll (?:have|get)|(?:yes |yeah )?i(?:'?m| am) (?:looking|searching|after|interested|in the market|calling about (?:buying|getting|ordering)))\b/;
const orderWords =
  /\b(?:order|buy|purchase|take it|take (?:the|that|this|those|one|two|three|a(?! look))|i'll (?:take|have|get)|add (?:it|that|the|this|one|two)|check ?out|get me|in(?:to|) (?:my|the) (?:cart|basket)|place (?:the|an|my) order)\b/;
const questionWords =
  /^(?:and |so |okay |but )?(?:what(?:'s| is| are| does| do|) |how |is |are |does |do |can |could |would |will |which |who |has |tell me more|when )/;
/** Questions in form that are wishes in fact. */
const requestWords =
  /^(?:and |so |okay |but )?(?:can|could|may|would|will) (?:i|we|you)\b|^(?:and |so |okay |but )?(?:what|how) about\b/;
/** "How many of those do you have" asks for the stock of what was told. */
const stockWords = /\bhow many\b|\bdo you have (?:any|some|many|more) (?:left|of (?:it|them|those|these))\b/;
const attributeWords =
  /\b(?:weigh|heavy|weight|made of|material|warranty|battery|dimensions?|waterproof|water resistant|how (?:big|long|large|tall|wide|much|heavy|loud|many)|reviews?|rating|stars|colou?rs?|sizes?|cost|price|in stock|brand|describe|details?|difference|come with|comes with|dishwasher|wash|include[sd]?|work with|fit|feature|capacity|good for|suitable)\b/;

/** A whole number from 1 to 20 that is all that was said. */
function readBareNumber(text: string): number | null {
  const words = wordsOf(text).filter(({ text: word }) => !/^(?:um|uh|er|please|the|well|so)$/.test(word));
  const number = readNumber(words, 0);
  if (number === null || number.to !== words.length || !Number.isInteger(number.value)) return null;
  return number.value >= 1 && number.value <= 20 ? number.value : null;
}

/** Looks at an utterance with every grammar. */
export function see(utterance: string, facts: LocalFacts): Seen {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  const sort = readSortOrder(text)?.sort ?? null;
  const ordinal = readOrdinal(text)?.ordinal ?? null;
  const isAttribute = attributeWords.test(text);
  return {
    text,
    query: readQuery(text),
    prices: readWishedPrices(text),
    sort: sort === "popularity" ? null : sort,
    quantity: readQuantity(text)?.quantity ?? null,
    ordinal,
    product: matchOffered(text, facts.offered),
    isSearch: searchWords.test(text) && !stockWords.test(text),
    isWish: wishWords.test(text),
    isOrder:
      orderWords.test(text) &&
      !/\b(?:my|the|an) order(?:s|ed)?\b(?! (?:the|that|it))/.test(text.replace(/place (?:the|an|my) order/, "buy")),
    isQuestion: questionWords.test(text) && isAttribute,
    isAsked: questionWords.test(text) && !searchWords.test(text) && !requestWords.test(text),
    bareNumber: readBareNumber(text),
  };
}

/** What the nearest examples do not know but looks like the name of a thing: some words without a subject, a question word or a command. */
export function looksLikeProduct({ text, query }: Seen): boolean {
  return (
    query !== null &&
    text.split(/\s+/).length <= 12 &&
    !/^(?:tell|play|call|set|turn|book|make|write|sing|remind|translate|send|open|stop|put|see|until|spell|speak|talk|respond|forget|scrap|cancel|redeem|convert|take|remove)\b/.test(
      text,
    ) &&
    !/\b(?:i|you|he|she|they|we|is|are|was|do|does|did|can|could|will|would|should|your|me|who|why|when|where|what|how)\b/.test(
      text,
    )
  );
}
