/** Whatever may happen in a call, for tests with random calls. */
import fc from "fast-check";
import type { CardEntry, Entities } from "../../schemas/generated/records.ts";
import { intents, reasons } from "./triggers.ts";

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 2 });
const entities: fc.Arbitrary<Partial<Entities>> = fc.record({
  query: orNull(fc.constantFrom("headphones", "lamp", "the", "skiff earbuds")),
  priceMinMinor: orNull(fc.integer({ min: 0, max: 9_000 })),
  priceMaxMinor: orNull(fc.integer({ min: 1, max: 9_000 })),
  priceTargetMinor: orNull(fc.integer({ min: 1, max: 9_000 })),
  sort: orNull(fc.constantFrom("priceAscending", "newest")),
  quantity: orNull(fc.integer({ min: -1, max: 20 })),
  ordinal: orNull(fc.integer({ min: -3, max: 9 })),
  productName: orNull(fc.constantFrom("harbor headphones", "tarn", "moka pot")),
  question: orNull(fc.constantFrom("what colour is it", "price", "does it fly")),
  orderNumber: orNull(fc.constantFrom("10042", "x")),
  digits: orNull(fc.constantFrom("1234", "12")),
  personName: orNull(fc.constantFrom("Maria Lopez")),
  postalCode: orNull(fc.constantFrom("94107")),
  discountCode: orNull(fc.constantFrom("SPRING", "")),
});

/** Something that happens in a call under test. */
export type Act =
  | {
      readonly do: "mean";
      readonly intent: (typeof intents)[number];
      readonly entities: Partial<Entities>;
      readonly trick: boolean;
      readonly confidence: number;
      /** What was said, where more than the intent is read from it. */
      readonly words?: string;
    }
  | { readonly do: "press"; readonly keys: string }
  | { readonly do: "succeed"; readonly amountMinor: number; readonly back: number }
  | {
      readonly do: "refuse";
      readonly reason: (typeof reasons)[number];
      readonly count: number | null;
      readonly back: number;
    }
  | { readonly do: "fail"; readonly isOutcomeUnknown: boolean; readonly back: number }
  | { readonly do: "due" | "speak" | "hush" | "detach" | "attach" | "end" }
  | { readonly do: "return"; readonly outcome: CardEntry["outcome"] }
  | { readonly do: "hear" | "interrupt"; readonly sentences: number }
  | { readonly do: "risk"; readonly action: "allow" | "confirm" | "challenge" | "block" };

const weighted = (weight: number, arbitrary: fc.Arbitrary<Act>) => ({ weight, arbitrary });
// Most results answer the newest call; a few come late.
const back = fc.constantFrom(0, 0, 0, 0, 0, 1, 2);
const anyIntent = fc.constantFrom(
  ...intents,
  "searchProducts",
  "orderProduct",
  "provideDigits",
  "confirm",
  "confirm",
  "confirm" as const,
  "cancelOrder",
  "changePayment",
);
/** Anything that can happen; intents and results mostly of the kind that move a call on. */
export const act: fc.Arbitrary<Act> = fc.oneof(
  weighted(
    10,
    fc.record({
      do: fc.constant("mean" as const),
      intent: anyIntent,
      entities,
      trick: fc.constantFrom(false, false, false, false, true),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      words: fc.constantFrom(
        "",
        "",
        "",
        "",
        "And the second one as well.",
        "Two of the skiff earbuds and the first one.",
        "I also need a lamp.",
        "Take the skiff earbuds off again.",
        "Make it three.",
      ),
    }),
  ),
  weighted(
    3,
    fc.record({
      do: fc.constant("press" as const),
      keys: fc.constantFrom("1", "1", "2", "3", "4", "0", "9", "*", "#", "1234#", "1234"),
    }),
  ),
  weighted(
    14,
    fc.record({ do: fc.constant("succeed" as const), amountMinor: fc.integer({ min: 1, max: 999_999 }), back }),
  ),
  weighted(
    3,
    fc.record({
      do: fc.constant("refuse" as const),
      reason: fc.constantFrom(...reasons),
      count: orNull(fc.integer({ min: 0, max: 5 })),
      back,
    }),
  ),
  weighted(1, fc.record({ do: fc.constant("fail" as const), isOutcomeUnknown: fc.boolean(), back })),
  weighted(6, fc.record({ do: fc.constant("hear" as const), sentences: fc.integer({ min: 1, max: 9 }) })),
  weighted(2, fc.record({ do: fc.constant("interrupt" as const), sentences: fc.integer({ min: 0, max: 5 }) })),
  weighted(
    3,
    fc.record({
      do: fc.constantFrom(
        "due" as const,
        "due" as const,
        "speak" as const,
        "hush" as const,
        "detach" as const,
        "attach" as const,
      ),
    }),
  ),
  weighted(
    2,
    fc.record({
      do: fc.constant("return" as const),
      outcome: fc.constantFrom<CardEntry["outcome"][]>("taken", "taken", "stopped", "refused", "unavailable"),
    }),
  ),
  weighted(
    1,
    fc.record({
      do: fc.constant("risk" as const),
      action: fc.constantFrom("allow" as const, "confirm" as const, "challenge" as const, "block" as const),
    }),
  ),
);
