import type { Intent } from "../../../schemas/generated/records.ts";
import type { Signal } from "../signal.ts";

const TEN_MINUTES_MS = 10 * 60_000;
const queries: readonly Intent[] = ["searchProducts", "refineSearch", "askDetails", "applyDiscount"];

/** Asking for prices, stock and discounts without ever wanting to buy: harvesting the catalogue, or fishing for codes. */
export const priceProbing: Signal<"priceQueriesInTenMinutes" | "discountRequestsInCall", "priceQueries" | "quotes"> = {
  name: "priceProbing",
  scale: ["priceQueriesInTenMinutes", "discountRequestsInCall"],
  facts(record, { keys }) {
    if (record.type === "IntentRecognised" && queries.includes(record.intent))
      return [{ key: keys.caller, kind: "priceQuery", value: "" }];
    return record.type === "ToolSucceeded" && record.tool === "quoteOrder"
      ? [{ key: keys.caller, kind: "quote", value: "" }]
      : [];
  },
  windows: (keys) => ({
    priceQueries: { key: keys.caller, kind: "priceQuery", windowMs: TEN_MINUTES_MS },
    quotes: { key: keys.caller, kind: "quote", windowMs: TEN_MINUTES_MS },
  }),
  features({ priceQueries, quotes }, counters) {
    const quotedAt = quotes.entries.at(-1)?.occurredAt ?? Number.NEGATIVE_INFINITY;
    return {
      priceQueriesInTenMinutes: priceQueries.entries.filter((entry) => entry.occurredAt > quotedAt).length,
      discountRequestsInCall: counters.discountRequests,
    };
  },
};
