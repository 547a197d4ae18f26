import { proofSettings } from "../../connectors/customers/settings.ts";
import { telephonySettings } from "../../connectors/telephony/settings.ts";
import { integer } from "../../runtime/settings.ts";

/** Settings of the stage. */
export const settings = {
  ...telephonySettings,
  ...proofSettings,
  replyPartition: integer({
    doc: "Partition of the audio-out topic that this gateway reads; no two gateways share one.",
    min: 0,
    max: 9999,
    fallback: 0,
  }),
  speechStartMs: integer({
    doc: "Voiced time that counts as speech and interrupts the agent, in milliseconds.",
    min: 20,
    max: 1000,
    fallback: 60,
  }),
  speechEndSilenceMs: integer({
    doc: "Silence after which the caller's speech counts as ended, in milliseconds.",
    min: 60,
    max: 3000,
    fallback: 200,
  }),
  lullMs: integer({
    doc: "Silence within speech after which the caller may have finished, in milliseconds: the words so far go to the recogniser at once, so that an answer can be prepared while the silence is listened to.",
    min: 40,
    max: 3000,
    fallback: 100,
  }),
  audioGroupMs: integer({
    doc: "Caller audio in one record of the log, in milliseconds.",
    min: 20,
    max: 1000,
    fallback: 100,
  }),
  pauseGroupMs: integer({
    doc: "Caller audio in one record of the log while the caller pauses, in milliseconds.",
    min: 20,
    max: 1000,
    fallback: 40,
  }),
  acknowledgeAfterMs: integer({
    doc: "A short sound bridges the wait when no reply began this long after the caller fell silent, in milliseconds; 0 turns it off.",
    min: 0,
    max: 10_000,
    fallback: 150,
  }),
  acknowledgeMinSpeechMs: integer({
    doc: "Speech shorter than this is not acknowledged, in milliseconds.",
    min: 0,
    max: 10_000,
    fallback: 300,
  }),
  playAheadMs: integer({
    doc: "Speech that may wait at the carrier, in milliseconds: what a barge-in throws away.",
    min: 100,
    max: 10_000,
    fallback: 2000,
  }),
  holdReplyMs: integer({
    doc: "A reply that may be cut off does not begin while the caller speaks, but at most this long, in milliseconds.",
    min: 0,
    max: 30_000,
    fallback: 4000,
  }),
  markGraceMs: integer({
    doc: "A mark that is this late counts as returned, in milliseconds.",
    min: 100,
    max: 30_000,
    fallback: 2000,
  }),
  stalledReplyMs: integer({
    doc: "A reply of which nothing more comes for this long is over, in milliseconds.",
    min: 500,
    max: 60_000,
    fallback: 5000,
  }),
  resumeWithinMs: integer({
    doc: "A call whose stream was lost must come back within this time, in milliseconds.",
    min: 1000,
    max: 120_000,
    fallback: 15_000,
  }),
  stoppedGraceMs: integer({
    doc: "After the carrier stopped the stream, wait this long for it to say why, in milliseconds.",
    min: 100,
    max: 60_000,
    fallback: 3000,
  }),
  handOverWithinMs: integer({
    doc: "A gateway that was told to end hands each call over when nobody speaks, and after this time in any case, in milliseconds.",
    min: 0,
    max: 600_000,
    fallback: 20_000,
  }),
  cardEntryMs: integer({
    doc: "A card that is keyed in must have come to an end within this time; then the call is connected again without it, in milliseconds.",
    min: 10_000,
    max: 900_000,
    fallback: 240_000,
  }),
  departWithinMs: integer({
    doc: "A hang-up or transfer waits for its response at most this long (longer only while that response is heard), in milliseconds.",
    min: 500,
    max: 60_000,
    fallback: 10_000,
  }),
  departLatestMs: integer({
    doc: "A hang-up or transfer waits no longer than this, whatever is playing, in milliseconds.",
    min: 1000,
    max: 300_000,
    fallback: 60_000,
  }),
  endWithinMs: integer({
    doc: "After it was told to, the carrier must have ended the call within this time; then it counts as ended, in milliseconds.",
    min: 500,
    max: 60_000,
    fallback: 5000,
  }),
} as const;
