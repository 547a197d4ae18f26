/** What the telephone line notices by itself, for the stage that holds the call. */
import fc from "fast-check";
import type { CallEvent, CallFacts } from "../../connectors/telephony/port.ts";

const facts: CallFacts = {
  callSid: "CA00000000000000000000000000000001",
  fromNumber: "+15550111",
  toNumber: "+15550199",
  attestation: "full",
  startedAtMs: 1_790_000_000_000,
  answeredBy: "gateway",
};

/** The event with which a call becomes known to a gateway. */
export const callArrived: CallEvent = { type: "callArrived", facts };

const streamSid = fc.constantFrom("MZ1", "MZ2");

/** Any event of a call's line, in any order. */
export function anyLineEvent(): fc.Arbitrary<CallEvent> {
  return fc.oneof(
    fc.constant(callArrived),
    fc.record({
      type: fc.constant("streamAttached" as const),
      streamSid,
      attachment: fc.nat(2),
      gatewayId: fc.constant("gateway"),
      facts: fc.constant(facts),
      firstAttachedAtMs: fc.constant(1_790_000_000_100),
      withheld: fc.record({ isMasked: fc.boolean(), isProofAwaited: fc.boolean() }),
      cardEntry: fc.constantFrom(null, { outcome: "taken", paymentMethodRef: "pm_1" } as const),
    }),
    fc
      .record({
        streamSid,
        voiced: fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
        concealedFrames: fc.nat(2),
      })
      .map(
        (frames): CallEvent => ({
          ...frames,
          type: "frames",
          audio: new Uint8Array(frames.voiced.length * 160),
          receivedAtMs: 1_790_000_000_200,
        }),
      ),
    fc.record({ type: fc.constant("digit" as const), streamSid, digit: fc.constantFrom("1", "#", "*") }),
    fc.record({ type: fc.constant("markReturned" as const), streamSid, markName: fc.string({ maxLength: 8 }) }),
    fc.record({ type: fc.constant("streamClosed" as const), streamSid, reason: fc.constant("closed" as never) }),
    fc.record({
      type: fc.constant("callOver" as const),
      hasFailed: fc.boolean(),
      ending: fc.constantFrom(null, "agentHungUp" as const, "transferred" as const),
      facts: fc.constantFrom(null, facts),
    }),
  );
}

/** The event as the core gets it. */
export function heard(event: CallEvent): unknown {
  return { from: "port", port: "telephony", call: "listen", effectId: "", outcome: "event", event };
}
