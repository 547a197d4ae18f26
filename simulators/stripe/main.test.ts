import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import Stripe from "stripe";

const program = join(import.meta.dirname, "main.ts");

async function start(environment: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  assert.ok(child.stdout !== null);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const ready = JSON.parse(line) as { ready: boolean; name: string; port: number };
  assert.deepEqual([ready.ready, ready.name], [true, "stripe"]);
  return { child, port: ready.port };
}

function clientOf(port: number): Stripe {
  return new Stripe("sk_test_1", { host: "127.0.0.1", port, protocol: "http", telemetry: false });
}

test("given a state file, when the program is killed, then charges and keys are there after it starts again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stripe-simulator-"));
  const environment = { STATE_FILE: join(folder, "state.ndjson") };
  const params = {
    amount: 900,
    currency: "usd",
    payment_method: "pm_card_visa",
    confirm: true,
    off_session: true,
    allowed_payment_method_types: ["card"],
  };
  const first = await start(environment);
  const charged = await clientOf(first.port).paymentIntents.create(params, { idempotencyKey: "kept" });
  first.child.kill("SIGKILL");
  await once(first.child, "exit");

  const second = await start(environment);
  try {
    const again = await clientOf(second.port).paymentIntents.create(params, { idempotencyKey: "kept" });
    assert.equal(again.id, charged.id);
    assert.equal((await clientOf(second.port).charges.list()).data.length, 1);
  } finally {
    second.child.kill("SIGTERM");
    const [code] = await once(second.child, "exit");
    assert.equal(code, 0);
    rmSync(folder, { recursive: true });
  }
});
