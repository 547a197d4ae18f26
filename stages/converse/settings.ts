import { customerSettings } from "../../connectors/customers/settings.ts";
import { messagingSettings } from "../../connectors/messaging/settings.ts";
import { webhookSettings } from "../../connectors/payments/settings.ts";
import { cardEntrySettings } from "../../connectors/telephony/settings.ts";
import { flag, integer, type SettingsOf, type SettingsSpec, text } from "../../runtime/settings.ts";

/** Settings of the dialogue. */
export const settings = {
  shopName: text({ doc: "Name of the shop, as it is said in the greeting", fallback: "Harbour and Pine" }),
  transferNumber: text({ doc: "Number of the people who help when the line cannot, E.164", fallback: "+15550100" }),
  silenceMs: integer({
    doc: "Silence after the agent has spoken before it asks again",
    fallback: 7_000,
    min: 1_000,
    max: 60_000,
  }),
  toolTimeoutMs: integer({ doc: "Longest wait for a tool's result", fallback: 6_000, min: 500, max: 60_000 }),
  intentTimeoutMs: integer({
    doc: "Longest wait, after the caller fell silent, for what was meant",
    fallback: 5_000,
    min: 500,
    max: 60_000,
  }),
  longestSpeechMs: integer({
    doc: "Longest uninterrupted speech of a caller that is waited for",
    fallback: 60_000,
    min: 5_000,
    max: 600_000,
  }),
  pinPauseMs: integer({
    doc: "Pause after four or more keyed digits that ends a PIN without #",
    fallback: 2_000,
    min: 500,
    max: 20_000,
  }),
  hangUpAfterMs: integer({
    doc: "Longest wait for the last words to be heard before the call is ended anyway",
    fallback: 20_000,
    min: 1_000,
    max: 120_000,
  }),
  ...customerSettings,
  ...cardEntrySettings,
  // Links to pay by are offered where they can be sent.
  smsSender: messagingSettings.smsSender,
  paymentDoneUrl: webhookSettings.paymentDoneUrl,
  cardEntryMs: integer({
    doc: "Longest wait for a caller who was asked to key a card in; longer than the gateway's",
    fallback: 300_000,
    min: 10_000,
    max: 1_200_000,
  }),
  isLookingAhead: flag({
    doc: "Whether what the caller seems to want is searched for before their turn has ended, so that the answer is at hand",
    fallback: true,
  }),
} as const satisfies SettingsSpec;

export type Config = SettingsOf<typeof settings>;
