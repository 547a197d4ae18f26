/** All scenarios on one system, many at the same time, each with a customer of its own. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { PlayedCall } from "../../cli/call-summary.ts";
import type { IntentSource } from "../../schemas/generated/records.ts";
import { readScenarios, SystemFixture } from "../support/system-fixture.ts";
import { assertShown, assertSoundCall, recordsOf, storyOf } from "./call-checks.ts";
import { proofsOf, savedDigits, standingDigits } from "./proof-checks.ts";
import { assertRulesCanBeTried } from "./rule-trial.ts";

const bootTimeoutMs = 300_000;
const callTimeoutMs = 400_000;
/** What two cores carry while callers still speak and are answered in time. */
const callsAtOnce = 12;

/**
 * Declares a suite. `sources` are who may have understood the callers: with the model's oracle nothing may be left to the stand-ins, and the other way round.
 */
export async function describeScenarios(
  title: string,
  environment: Readonly<Record<string, string>>,
  sources: readonly IntentSource[],
): Promise<void> {
  const scenarios = await readScenarios();
  assert.equal(scenarios.length, 27);
  describe(title, { concurrency: callsAtOnce }, () => {
    let fixture: SystemFixture;
    const played: PlayedCall[] = [];
    const proofs = new Set<string>();
    const logged = new Set<string>();
    before(
      async () => {
        const onLine = (_: string, line: string): void => {
          for (const digits of standingDigits(line)) logged.add(digits);
        };
        fixture = await SystemFixture.open({ environment, scenarios, onLine });
      },
      { timeout: bootTimeoutMs },
    );
    after(() => fixture?.close());

    const running = scenarios.map(({ name, title: what }) => {
      const done = Promise.withResolvers<void>();
      it(`${name}: ${what}`, { timeout: callTimeoutMs }, async (context) => {
        try {
          const call = await fixture.play(name);
          played.push(call);
          for (const proof of proofsOf(call)) proofs.add(proof);
          try {
            assert.deepEqual(call.result.failures, []);
            assertSoundCall(call);
            for (const intent of recordsOf(call, "IntentRecognised"))
              assert.ok(sources.includes(intent.source), `understood by ${intent.source}`);
            assertShown(name, call);
          } catch (error) {
            context.diagnostic(storyOf(call));
            throw error;
          }
        } finally {
          done.resolve();
        }
      });
      return done.promise;
    });

    it("keeps no PIN and no code in a session, in Redis or in a log", { timeout: callTimeoutMs }, async () => {
      await Promise.all(running);
      const saved = await savedDigits(fixture, 60_000);
      assert.ok(proofs.size > 5 && saved.size > 0);
      for (const proof of proofs) assert.ok(!saved.has(proof) && !logged.has(proof), "a PIN or code is kept");
    });

    it("lets fraud rules be tried on what the calls left", { timeout: callTimeoutMs }, async () => {
      await Promise.all(running);
      await assertRulesCanBeTried(fixture, played);
    });

    it("leaves no dead letters, and records on every topic", { timeout: callTimeoutMs }, async () => {
      await Promise.all(running);
      const { topics, deadLetters } = await fixture.calls.count();
      assert.equal(deadLetters, 0);
      for (const [name, records] of Object.entries(topics)) assert.ok(records > 0, `${name} is empty`);
    });
  });
}
