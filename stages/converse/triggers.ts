import { type RiskAction, symbolsOf } from "../../schemas/generated/records.ts";

/** Every intent of the contract. */
export const intents = symbolsOf.Intent;

/** Every tool that the dialogue calls. */
export const tools = symbolsOf.Tool.filter((tool) => tool !== "none");

/** Every reason for which a tool may refuse. */
export const reasons = symbolsOf.RefusalReason;

export const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"] as const;
export type Digit = (typeof digits)[number];

const risks = ["confirm", "challenge", "block"] as const satisfies readonly RiskAction[];

/** The rest of what can happen to a dialogue. */
const happenings = [
  /** A turn whose words try to give the system instructions. */
  "injection",
  /** A turn in which a card number was said; it is masked in the words. */
  "cardSpoken",
  /** The first media stream is there. */
  "streamAttached",
  "streamLost",
  "streamBack",
  /** The stream is back on another gateway, because the one before was told to end. */
  "streamHandedOver",
  /** The caller is back from keying a card in: the provider keeps it; they pressed star; it was not accepted; it could not be done, or nobody knows. */
  "cardTaken",
  "cardStopped",
  "cardRefused",
  "cardUnavailable",
  /** They should have been back long ago. */
  "cardOverdue",
  /** A response was heard to its end. */
  "spoken",
  /** The caller cut a response off. */
  "interrupted",
  "silence:first",
  "silence:second",
  "silence:third",
  /** The caller spoke, and no intent came of it in time. */
  "noIntent",
  /** A digit was keyed while a PIN or code is asked for: only the stage that checks it knows which. */
  "digitSealed",
  /** Four or more digits were keyed, and then none. */
  "pinPause",
  /** A placeOrder that the caller was told to be unsure of came to nothing after all. */
  "lateRefusal",
  /** The last words should have been heard long ago, and the call still lives. */
  "overdue",
  "callEnded",
] as const;

/** What can move the dialogue. */
export type Trigger =
  | `intent:${(typeof intents)[number]}`
  | `succeeded:${(typeof tools)[number]}`
  | `refused:${(typeof reasons)[number]}`
  | `failed:${(typeof tools)[number]}`
  | `timeout:${(typeof tools)[number]}`
  | `digit:${Digit}`
  | `risk:${(typeof risks)[number]}`
  | (typeof happenings)[number];

/** All triggers: the columns of the transition table. */
export const triggers: readonly Trigger[] = [
  ...intents.map((intent) => `intent:${intent}` as const),
  ...tools.map((tool) => `succeeded:${tool}` as const),
  ...reasons.map((reason) => `refused:${reason}` as const),
  ...tools.map((tool) => `failed:${tool}` as const),
  ...tools.map((tool) => `timeout:${tool}` as const),
  ...digits.map((digit) => `digit:${digit}` as const),
  ...risks.map((risk) => `risk:${risk}` as const),
  ...happenings,
];
