/**
 * Numbers from the words themselves. What a grammar reads with certainty wins over what a reasoner says: prices, quantities, places in a list,
 * order numbers. PINs and codes are read before, where they are heard. Pure.
 */
import { readClaimedIdentity, readPostalCode } from "../../language/claimed-identity.ts";
import { readDigitRuns, readOrderNumber } from "../../language/digits.ts";
import { minorOfHundredths } from "../../language/minor-units.ts";
import { numeralValue, readNumber } from "../../language/numbers.ts";
import { readOrdinal } from "../../language/ordinals.ts";
import { readQuantity } from "../../language/quantities.ts";
import { readSortOrder } from "../../language/sort-order.ts";
import { saysOnlyProof } from "../../language/spoken-proof.ts";
import { readWishedPrices } from "../../language/wished-prices.ts";
import { wordsOf } from "../../language/words.ts";
import type { Entities, Intent } from "../../schemas/generated/records.ts";
import type { IntentAnswer } from "./intent-answer.ts";

const pricing: readonly Intent[] = ["searchProducts", "refineSearch", "deny", "goBack"];
const counting: readonly Intent[] = [
  "searchProducts",
  "refineSearch",
  "orderProduct",
  "changeQuantity",
  "selectProduct",
  "returnItems",
  "exchangeItems",
];
const caring: readonly Intent[] = ["cancelOrder", "returnItems", "exchangeItems", "changeAddress", "changePayment"];
const pointing: readonly Intent[] = ["selectProduct", "askDetails", "orderProduct", "changeQuantity"];

/** Every number that occurs, whatever it counts. */
function numbersSaid(utterance: string): readonly number[] {
  const words = wordsOf(utterance);
  const said: number[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const number = readNumber(words, at);
    if (number !== null) said.push(number.value);
    const numeral = numeralValue(words[at]?.text ?? "");
    if (numeral !== null) said.push(numeral);
  }
  return said;
}

type Prices = Pick<Entities, "priceMinMinor" | "priceMaxMinor" | "priceTargetMinor">;

function pricesOf(answer: IntentAnswer, utterance: string, hasNumbers: boolean): Prices {
  const { priceMinMinor, priceMaxMinor, priceTargetMinor } = answer.entities;
  const claimed: Prices = { priceMinMinor, priceMaxMinor, priceTargetMinor };
  const isClaimed = priceMinMinor !== null || priceMaxMinor !== null || priceTargetMinor !== null;
  if (!isClaimed && !pricing.includes(answer.intent)) return claimed;
  const { spans, ...spoken } = readWishedPrices(utterance);
  if (spans.length > 0) return spoken;
  // A price without a number in the words was made up.
  return hasNumbers ? claimed : { priceMinMinor: null, priceMaxMinor: null, priceTargetMinor: null };
}

/** Reasoners and grammars tell prices in hundredths; what leaves the stage is in minor units of what the shop sells in. */
function inCurrency({ priceMinMinor, priceMaxMinor, priceTargetMinor }: Prices, currency: string): Prices {
  const minor = (hundredths: number | null) => (hundredths === null ? null : minorOfHundredths(hundredths, currency));
  return {
    priceMinMinor: minor(priceMinMinor),
    priceMaxMinor: minor(priceMaxMinor),
    priceTargetMinor: minor(priceTargetMinor),
  };
}

function quantityOf({ intent, entities }: IntentAnswer, utterance: string, said: readonly number[]): number | null {
  if (entities.quantity === null && !counting.includes(intent)) return null;
  const spoken = readQuantity(utterance)?.quantity ?? null;
  if (entities.quantity === null) return spoken;
  return spoken !== null && !said.includes(entities.quantity) ? spoken : entities.quantity;
}

function sortOf({ intent, entities }: IntentAnswer, utterance: string): Entities["sort"] {
  if (entities.sort !== null || !pricing.includes(intent)) return entities.sort;
  const spoken = readSortOrder(utterance)?.sort ?? null;
  return spoken === "popularity" ? null : spoken;
}

function orderNumberOf({ intent, entities }: IntentAnswer, utterance: string): string | null {
  if (intent !== "checkOrderStatus" && intent !== "reorder" && !caring.includes(intent)) return entities.orderNumber;
  const named = readOrderNumber(utterance)?.digits;
  if (named !== undefined) return named;
  // A postal code and the last digits of a card are no order.
  if (intent === "changeAddress" || intent === "changePayment") return entities.orderNumber;
  const [run, ...others] = readDigitRuns(utterance).filter(({ digits }) => digits.length >= 4 && digits.length <= 12);
  return run !== undefined && others.length === 0 ? run.digits : entities.orderNumber;
}

/** A code as everything behind this stage takes it: "sw1a 1aa" is SW1A1AA, and of nine digits the first five count. Null for what is none. */
function writtenCode(code: string | null): string | null {
  const bare = (code ?? "").replace(/[ -]/g, "").toUpperCase();
  const known = /^\d{9}$/.test(bare) ? bare.slice(0, 5) : bare;
  return /^[0-9A-Z]{3,10}$/.test(known) ? known : null;
}

/** Whether a model heard "nine four one oh seven" right is not for it to say: the words are read again. */
function claimOf({ intent, entities }: IntentAnswer, utterance: string): Pick<Entities, "personName" | "postalCode"> {
  if (intent !== "identify") return { personName: null, postalCode: null };
  return {
    personName: entities.personName ?? readClaimedIdentity(utterance)?.personName ?? null,
    postalCode: readPostalCode(utterance)?.postalCode ?? writtenCode(entities.postalCode),
  };
}

/**
 * The answer with the numbers that the words really hold: missing ones filled in, disagreeing ones corrected, made-up prices dropped; prices in minor units of the
 * currency (ISO 4217).
 */
export function withSpokenEntities(answer: IntentAnswer, utterance: string, currency: string): IntentAnswer {
  const { intent, entities } = answer;
  const said = numbersSaid(utterance);
  const spokenOrdinal = pointing.includes(intent) ? readOrdinal(utterance) : null;
  return {
    ...answer,
    intent: saysOnlyProof(utterance) ? "provideDigits" : intent,
    entities: {
      ...entities,
      ...inCurrency(pricesOf(answer, utterance, said.length > 0), currency),
      sort: sortOf(answer, utterance),
      quantity: quantityOf(answer, utterance, said),
      ordinal: spokenOrdinal?.ordinal ?? entities.ordinal,
      orderNumber: orderNumberOf(answer, utterance),
      ...claimOf(answer, utterance),
    },
  };
}
