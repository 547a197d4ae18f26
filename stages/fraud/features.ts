/** The numbers that rules speak about. All are doubles; each counts what came before the assessed event, and the event itself. */

/** Every feature by its name, with what it counts. */
export const featureDocs = {
  callsInHour: "Calls of this caller within an hour, this one included.",
  prefixCallsInHour:
    "Calls from numbers that share this one's first seven digits within an hour; all withheld numbers are one prefix.",
  allCallsInMinute: "Calls of anybody within a minute.",
  similarTurnsInCall: "Most turns of this call, of four words or more, that say the same (similarity above 0.9).",
  similarCallsInDay:
    "Calls of this caller within 24 hours that opened with the same words (similarity above 0.9), this one included.",
  ordersAskedInQuarterHour: "Distinct order numbers that this caller asked for within 15 minutes.",
  orderNotFoundRatio:
    "Of the answers to those within 15 minutes, the share that found nothing of this caller's; 0 without answers.",
  sequentialOrdersInQuarterHour: "How many of those order numbers are directly followed by another of them.",
  priceQueriesInTenMinutes:
    "Searches, questions and discount requests of this caller within 10 minutes since anything was quoted.",
  discountRequestsInCall: "Discount requests in this call.",
  cardsInDay: "Distinct saved cards that this caller tried to pay with within 24 hours.",
  declinesInDay: "Cards of this caller that were declined within 24 hours.",
} as const satisfies Record<string, string>;

export type FeatureName = keyof typeof featureDocs;
export type Features = { readonly [F in FeatureName]: number };

export const featureNames = Object.keys(featureDocs) as FeatureName[];

/** All features at 0. */
export const noFeatures = Object.fromEntries(featureNames.map((name) => [name, 0])) as Features;
