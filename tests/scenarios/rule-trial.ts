/** Fraud rules tried on the calls that lie on the topics, as an analyst does it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PlayedCall } from "../../cli/call-summary.ts";
import type { RuleComparison } from "../../cli/rule-comparison.ts";
import { writeRunningFile } from "../../local/system.ts";
import type { SystemFixture } from "../support/system-fixture.ts";

const evaluate = new URL("../../cli/evaluate.ts", import.meta.url).pathname;
const shipped = new URL("../../stages/fraud/rules.json", import.meta.url);
type Trial = RuleComparison & { readonly calls: number; readonly undecodable: number };

/** The shipped rules, but whoever searches once is a prober of prices, and must confirm. */
async function suspiciousRules(): Promise<string> {
  const rules = JSON.parse(await readFile(shipped, "utf8")) as { version: string; signals: Record<string, object> };
  const priceProbing = {
    weight: 0.7,
    when: "priceQueriesInTenMinutes >= 1.0",
    fullAt: { priceQueriesInTenMinutes: 1, discountRequestsInCall: 4 },
  };
  return JSON.stringify({ ...rules, version: "suspicious", signals: { ...rules.signals, priceProbing } });
}

/** `npm run evaluate -- fraud` finds the calls that suspicious rules would have treated otherwise, and which of them bought. */
export async function assertRulesCanBeTried({ system }: SystemFixture, played: readonly PlayedCall[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "partyline-rules-"));
  try {
    const [rules, running, json] = ["rules.json", "running.json", "trial.json"].map((name) => join(folder, name));
    await writeFile(rules as string, await suspiciousRules());
    await writeRunningFile(running as string, system.describe());
    const args = [evaluate, "fraud", "--rules", rules, "--running", running, "--json", json] as string[];
    await promisify(execFile)(process.execPath, args);
    const trial = JSON.parse(await readFile(json as string, "utf8")) as Trial;
    assert.equal(trial.calls, played.length);
    assert.equal(trial.undecodable, 0);
    const searchers = played.filter(({ evidence }) =>
      evidence.records.some((record) => record.type === "IntentRecognised" && record.intent === "searchProducts"),
    );
    assert.ok(searchers.length > 5);
    for (const { result, evidence } of searchers) {
      const found = trial.changed.find(({ callSid }) => callSid === result.callSid);
      assert.equal(found?.before.action, "allow");
      assert.equal(found?.after.action, "confirm");
      assert.ok(found?.after.signals.some(({ name }) => name === "priceProbing"));
      const hasBought = evidence.records.some(
        (record) => record.type === "ToolSucceeded" && record.tool === "placeOrder",
      );
      assert.equal(found?.hasBought, hasBought);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
