import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { EffectContext } from "../../runtime/effect.ts";
import type { Messaging } from "./port.ts";

/** What the behaviour list needs of a provider: numbers of known behaviour, and a way to fail. */
export type MessagingHarness = {
  readonly messaging: Messaging;
  readonly goodNumber: string;
  readonly invalidNumber: string;
  readonly optedOutNumber: string;
  readonly landlineNumber: string;
  /** The words that the provider took for a number, oldest first. */
  taken(toNumber: string): Promise<readonly string[]>;
  /** The next requests to send: cut off before or after they were taken, or turned away as too many. */
  disturb(how: "cutBefore" | "cutAfter" | "tooMany", times: number): Promise<void>;
  close(): Promise<void>;
};

/** A context as the runtime gives it. */
export function effectContext(effectId: string, signal: AbortSignal = new AbortController().signal): EffectContext {
  return { callSid: "CA00000000000000000000000000000001", effectId, signal, notify: () => undefined };
}

/** What every adapter of the port does, whoever the provider is. */
export function describeMessaging(name: string, open: () => Promise<MessagingHarness>): void {
  describe(`messaging contract: ${name}`, () => {
    let harness: MessagingHarness;
    before(async () => {
      harness = await open();
    });
    after(() => harness?.close());
    const newEffect = (): EffectContext => effectContext(`effect-${randomUUID()}`);
    const message = (toNumber: string) =>
      ({ toNumber, body: `Your code is ${randomUUID()}`, purpose: "oneTimeCode" }) as const;
    const times = async (toNumber: string, body: string): Promise<number> =>
      (await harness.taken(toNumber)).filter((taken) => taken === body).length;

    test("a message is taken, and the same effect again sends nothing and gives the same outcome", async () => {
      const input = message(harness.goodNumber);
      const effect = newEffect();
      const first = await harness.messaging.send(input, effect);
      const second = await harness.messaging.send(input, effect);
      assert.equal(first.status, "accepted");
      assert.deepEqual({ ...second, vendorWaitMs: 0 }, { ...first, vendorWaitMs: 0 });
      assert.equal(await times(harness.goodNumber, input.body), 1);
    });

    test("a number that cannot be written to is said to be so, with the reason, now and for the same effect later", async () => {
      const expected = [
        [harness.invalidNumber, "invalidNumber"],
        [harness.optedOutNumber, "optedOut"],
        [harness.landlineNumber, "noTextMessages"],
      ] as const;
      for (const [number, reason] of expected) {
        const effect = newEffect();
        for (let round = 0; round < 2; round += 1) {
          const outcome = await harness.messaging.send(message(number), effect);
          assert.equal(outcome.status, "undeliverable");
          assert.equal(outcome.status === "undeliverable" && outcome.reason, reason);
        }
      }
    });

    test("a request that was cut off after it was taken is found again, not sent again", async () => {
      const input = message(harness.goodNumber);
      await harness.disturb("cutAfter", 1);
      const outcome = await harness.messaging.send(input, newEffect());
      assert.equal(outcome.status, "accepted");
      assert.equal(await times(harness.goodNumber, input.body), 1);
    });

    test("a request that was cut off before it was taken is sent again", async () => {
      const input = message(harness.goodNumber);
      await harness.disturb("cutBefore", 1);
      const outcome = await harness.messaging.send(input, newEffect());
      assert.equal(outcome.status, "accepted");
      assert.equal(await times(harness.goodNumber, input.body), 1);
    });

    test("where every answer is lost the outcome is unknown, and the effect done again later finds the message", async () => {
      const input = message(harness.goodNumber);
      const effect = newEffect();
      await harness.disturb("cutBefore", 5);
      assert.equal((await harness.messaging.send(input, effect)).status, "unknown");
      await harness.disturb("cutBefore", 0);
      assert.equal((await harness.messaging.send(input, effect)).status, "accepted");
      assert.equal(await times(harness.goodNumber, input.body), 1);
    });

    test("what is turned away as too much is tried again, within a bound", async () => {
      const input = message(harness.goodNumber);
      await harness.disturb("tooMany", 2);
      assert.equal((await harness.messaging.send(input, newEffect())).status, "accepted");
      await harness.disturb("tooMany", 10);
      const effect = newEffect();
      const late = message(harness.goodNumber);
      await assert.rejects(harness.messaging.send(late, effect), { code: "VENDOR_QUOTA", isRetryable: true });
      await harness.disturb("tooMany", 0);
      assert.equal((await harness.messaging.send(late, effect)).status, "accepted");
      assert.equal(await times(harness.goodNumber, late.body), 1);
    });

    test("what is no number or no message is refused before anything is sent", async () => {
      const wrong = [
        { toNumber: "12025550143" },
        { toNumber: "+0" },
        { toNumber: "" },
        { body: "" },
        { body: "x".repeat(1601) },
      ];
      for (const change of wrong) {
        const input = { ...message(harness.goodNumber), ...change };
        await assert.rejects(harness.messaging.send(input, newEffect()), { code: "INVALID_INPUT" });
      }
    });

    test("an effect that was called off before it began sends nothing", async () => {
      const input = message(harness.goodNumber);
      const effect = effectContext(`effect-${randomUUID()}`, AbortSignal.abort());
      await assert.rejects(harness.messaging.send(input, effect), { code: "ABORTED" });
      assert.equal(await times(harness.goodNumber, input.body), 0);
    });
  });
}
