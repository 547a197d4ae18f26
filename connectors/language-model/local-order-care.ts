/** Wishes about orders that were placed, where the words leave no doubt. Pure. */
import { readPostalAddress } from "../../language/postal-address.ts";
import type { Intent } from "../../schemas/generated/records.ts";

/** What a caller wants done with an order that was placed. */
export type CareIntent = Extract<
  Intent,
  "cancelOrder" | "returnItems" | "exchangeItems" | "changeAddress" | "changePayment"
>;

export const careIntents: readonly Intent[] = [
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeAddress",
  "changePayment",
] satisfies readonly CareIntent[];

const order = "(?:orders?|ordered|purchases?|purchased|package|parcel|delivery|shipment|bought)";
const card =
  "(?:payment(?: method)?|cards?|visa|master ?card|amex|american express|discover|gift ?card|paypal|billing)";

/** In the order in which they are tried: an address and a card are named only where they are meant. */
const wishes: readonly (readonly [CareIntent, RegExp])[] = [
  [
    "changeAddress",
    new RegExp(
      String.raw`\b(?:change|update|correct|fix|edit|modify|switch|wrong|different|another|new|moved?|old)\b.*\b(?:address|shipping details)\b|\b(?:address|destination)\b.*\b(?:wrong|different|change|changed|update|old|incorrect)\b|\b(?:send|ship|deliver|redirect|reroute|forward|route)\b.*\b${order}\b.*\b(?:to|somewhere|elsewhere)\b|\b${order}\b.*\b(?:sent|shipped|delivered|redirected|rerouted|go|come|arrive)\b.*\b(?:to (?:my|a|the|another|our)|somewhere else|elsewhere)\b|\b(?:redirect(?:ed)?|rerouted?)\b`,
    ),
  ],
  [
    "changePayment",
    new RegExp(
      String.raw`\b(?:change|switch|update|move|put|use|pay|charge|bill|different|another|other|wrong|instead)\b.*\b${card}\b.*\b${order}\b|\b${order}\b.*\b(?:change|switch|move|put|use|pay|paid|charge|charged|bill|billed|different|another|other|wrong)\b.*\b${card}\b|\b(?:change|switch|update)\b.*\b(?:payment|billing|the card (?:i|that))|\bpay\b.*\b${order}\b.*\b(?:with|by|using|on)\b`,
    ),
  ],
  [
    "exchangeItems",
    new RegExp(
      String.raw`\b(?:exchange(?! rate)|exchanging|swap|swapping|trade)\b|\b(?:arrived|came|broken|cracked|damaged|faulty|defective|stopped working)\b.*\b(?:send|get|give|have|want|need)(?: me| us)? (?:a |an )?(?:new|another|replacement|different)\b|\breplace(?:ment|d)?\b.*\b(?:${order}|received|got|broken|damaged|faulty|one i)\b|\bchange\b.*\b(?:items?|things?|product|what)\b.*\b${order}\b|\bchange\b.*\b${order}\b.*\b(?:to|for|into) (?:the|a|an)\b|\b(?:different|another|bigger|smaller|larger|other) (?:size|colou?r|version|model|one)\b.*\b(?:${order}|instead of the one)\b`,
    ),
  ],
  [
    "cancelOrder",
    new RegExp(
      String.raw`\b(?:cancel(?:l?ing|l?ed|lation)?|call off|calling off|stop|withdraw|undo|scrap|annul)\b.*\b(?:my|an|that|this|our|last|previous|recent|yesterday's|the [\w-]+) (?:\w+ )?${order}\b|\bcancel(?:l?ing|lation)?\b.*\b(?:what|something|the \w+(?: \w+)?|one|stuff|things?) (?:i|that i|we)(?:'ve| have| had)? ${order}\b|\b${order}\b.*\bcancel(?:l?ed|l?ing)?\b|\bcancel\b.*\border (?:number )?\w*\d`,
    ),
  ],
  [
    "returnItems",
    /\b(?:return|returning|send|sending|give|bring|ship|take)\b (?!me\b|us\b)(?:\w+ ){0,6}?back\b|\b(?:want|like|need|have|can|could|how (?:do|can|would)|wish|hoping|may) (?:\w+ ){0,4}?return\b(?! (?:to|address|ticket|flight)\b)|\breturn (?:my|the|this|that|these|those|it|them|something|one|an?|some|everything|both|all)\b|\b(?:refund|money back)\b|\breturning (?:my|the|this|that|something|it)\b/,
  ],
];

const elsewhere =
  /^(?:has|have|was|were|where|when|did)\b|\b(?:return|back) to (?:the|my) (?:list|results|menu|beginning|start|search|previous|first|other)|\b(?:policy|policies)\b|\b(?:status|where is|where's|has it|arrived yet) ?(?:of)?\b.*\brefund\b|\bread\b.*\bback\b|\bcall (?:me|you) back\b|\bgo(?:ing)? back\b/;

/** The wish that the words leave no doubt about; null where there is one. */
export function readCareWish(utterance: string): CareIntent | null {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  if (elsewhere.test(text)) return null;
  const address = readPostalAddress(text);
  if (address?.line1 && address.city && (address.state ?? address.postalCode) !== null) return "changeAddress";
  return wishes.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
