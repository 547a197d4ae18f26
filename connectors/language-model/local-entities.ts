/** The entities of an intent, from what the grammars see. Pure. */
import { readCancelReason } from "../../language/cancel-reason.ts";
import { readDigitRuns, readOrderNumber } from "../../language/digits.ts";
import type { Entities, Intent } from "../../schemas/generated/records.ts";
import { readDiscountCode } from "./local-discount.ts";
import type { Seen } from "./local-signals.ts";

/** Words of a refinement that are a remark, not a thing. */
const notAThing = /\b(?:is|are|was|that's|it's|they're|i|you|next|too|which|what|them|expensive|cheap)\b/;

/** Ways to pay by the names that people use. */
const paymentMethods = /\b(?:visa|master ?card|american express|amex|discover|diners|maestro|pay ?pal|gift ?card)\b/;

/** A comparison with what is on offer is a wish for an order, never for a number: "something cheaper", "that's too expensive". */
function comparedSort(text: string): Entities["sort"] {
  if (/\b(?:cheaper|less expensive|more affordable|less costly|too (?:expensive|pricey|dear|much))\b/.test(text))
    return "priceAscending";
  if (/\b(?:more expensive|pricier|higher end|more premium|too cheap)\b/.test(text)) return "priceDescending";
  return /\b(?:which (?:one )?is (?:the )?best|the best one|better rated|better reviews?)\b/.test(text)
    ? "ratingDescending"
    : null;
}

/** What was named, as far as the intent has use for it. */
export function entitiesOf(intent: Intent, seen: Seen): Partial<Entities> {
  const { prices, ordinal, product, quantity, sort, query, text } = seen;
  const named =
    product !== null && (ordinal === null || product.isUnique) && product.share >= 0.34 ? product.name : null;
  if (seen.bareNumber !== null && intent === "selectProduct") return { ordinal: seen.bareNumber };
  if (seen.bareNumber !== null && intent === "changeQuantity") return { quantity: seen.bareNumber };
  const pointed = { ordinal, productName: ordinal === null ? named : null };
  switch (intent) {
    case "searchProducts":
    case "refineSearch": {
      const { priceMinMinor, priceMaxMinor, priceTargetMinor } = prices;
      const isRefining = intent === "refineSearch";
      return {
        query: isRefining && notAThing.test(query ?? "") ? null : query,
        priceMinMinor,
        priceMaxMinor,
        priceTargetMinor,
        sort: sort ?? (isRefining && prices.spans.length === 0 ? comparedSort(text) : null),
        quantity,
      };
    }
    case "selectProduct":
      return { ...pointed, quantity, ...(ordinal === null && named === null ? { productName: query } : {}) };
    case "askDetails":
      return { ...pointed, question: text.slice(0, 300) };
    case "orderProduct":
      return { ...pointed, quantity, ...(ordinal === null && named === null ? { productName: nameOf(query) } : {}) };
    case "changeQuantity":
      return { ...pointed, quantity };
    case "applyDiscount":
      return { discountCode: readDiscountCode(text) };
    case "cancelOrder":
      return { orderNumber: readOrderNumber(text)?.digits ?? null, cancelReason: readCancelReason(text) };
    case "changeAddress":
      return { orderNumber: readOrderNumber(text)?.digits ?? null };
    case "changePayment":
      return {
        orderNumber: readOrderNumber(text)?.digits ?? null,
        paymentMethod: paymentMethods.exec(text)?.[0] ?? null,
      };
    case "returnItems":
    case "exchangeItems":
      return { orderNumber: readOrderNumber(text)?.digits ?? null, quantity };
    case "checkOrderStatus":
      return {
        orderNumber:
          readDigitRuns(text).find(({ digits }) => digits.length >= 4 && digits.length <= 12)?.digits ?? null,
      };
    default:
      return {};
  }
}

/** "Order the lamp" names a lamp; "order it for me" and "place the order" name nothing. */
function nameOf(query: string | null): string | null {
  return query === null ||
    /\b(?:it|that|this|order|cart|basket|checkout|check out|pay|them|charge|proceed)\b/.test(query)
    ? null
    : query;
}
