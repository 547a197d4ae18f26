/** All scenarios on one system, many at the same time, each with a customer of its own. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { IntentSource } from "../../schemas/generated/records.ts";
import { readScenarios, SystemFixture } from "../support/system-fixture.ts";
import { assertShown, assertSoundCall, recordsOf, storyOf } from "./call-checks.ts";

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
  assert.equal(scenarios.length, 24);
  describe(title, { concurrency: callsAtOnce }, () => {
    let fixture: SystemFixture;
    before(
      async () => {
        fixture = await SystemFixture.open({ environment, scenarios });
      },
      { timeout: bootTimeoutMs },
    );
    after(() => fixture?.close());

    const running = scenarios.map(({ name, title: what }) => {
      const done = Promise.withResolvers<void>();
      it(`${name}: ${what}`, { timeout: callTimeoutMs }, async (context) => {
        try {
          const call = await fixture.play(name);
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

    it("leaves no dead letters, and records on every topic", { timeout: callTimeoutMs }, async () => {
      await Promise.all(running);
      const { topics, deadLetters } = await fixture.calls.count();
      assert.equal(deadLetters, 0);
      for (const [name, records] of Object.entries(topics)) assert.ok(records > 0, `${name} is empty`);
    });
  });
}
