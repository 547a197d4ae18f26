import type { Signal } from "../signal.ts";

const DAY_MS = 24 * 3_600_000;

/** Trying cards to see which one works. */
export const paymentTesting: Signal<"cardsInDay" | "declinesInDay", "cards" | "declines"> = {
  name: "paymentTesting",
  scale: ["cardsInDay", "declinesInDay"],
  facts(record, { keys, hash }) {
    if (record.type === "ToolCalled" && record.tool === "placeOrder" && record.arguments.cardId !== null)
      return [{ key: keys.caller, kind: "card", value: hash(`card/${record.arguments.cardId}`) }];
    return record.type === "ToolRefused" && record.reason === "cardDeclined"
      ? [{ key: keys.caller, kind: "decline", value: "" }]
      : [];
  },
  windows: (keys) => ({
    cards: { key: keys.caller, kind: "card", windowMs: DAY_MS },
    declines: { key: keys.caller, kind: "decline", windowMs: DAY_MS },
  }),
  features: ({ cards, declines }) => ({
    cardsInDay: new Set(cards.entries.map((entry) => entry.value)).size,
    declinesInDay: declines.count,
  }),
};
