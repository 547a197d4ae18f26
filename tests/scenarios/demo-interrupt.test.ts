import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const bootstrap = fileURLToPath(new URL("../../cli/bootstrap.mjs", import.meta.url));
const timeout = 180_000;
/** A program that was just killed may stay in the process table for a moment. */
const goneWithinMs = 5_000;

/** Everything that a demo starts inherits its environment, and so this mark. */
let mark: string;
let folder: string;

beforeEach(async () => {
  mark = `PARTYLINE_TEST_MARK=${randomUUID()}`;
  folder = await mkdtemp(join(tmpdir(), "demo-interrupt-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function markedProcesses(): readonly string[] {
  const list = execFileSync("ps", ["axeww", "-o", "pid=,args="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return list.split("\n").filter((line) => line.includes(mark));
}

/** Runs the demo until `until` says so, sends the signal, and gives the exit code and what was running before. */
async function interruptDemo(signal: "SIGINT" | "SIGTERM", until: (seen: () => string) => Promise<void>) {
  const [name = "", value = ""] = mark.split("=");
  const child = spawn(process.execPath, [bootstrap, "demo"], {
    stdio: ["ignore", "pipe", "pipe"],
    // What is temporary lies in a folder of its own, so that the test sees whether it was removed.
    env: { ...process.env, [name]: value, TMPDIR: folder },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data.toString();
    });
  const closed = new Promise<number | string | null>((resolve) =>
    child.once("close", (code, by) => resolve(code ?? by)),
  );
  try {
    await Promise.race([until(() => output), closed]);
    const running = markedProcesses().length;
    assert.equal(child.exitCode, null, `the demo ended by itself:\n${output}`);
    child.kill(signal);
    return { code: await closed, running, output: () => output };
  } finally {
    child.kill("SIGKILL");
  }
}

async function assertNothingLeft(): Promise<void> {
  const deadline = performance.now() + goneWithinMs;
  while (markedProcesses().length > 0 && performance.now() < deadline) await delay(100);
  assert.deepEqual(markedProcesses(), []);
  const left = (await readdir(folder)).filter((name) => name.startsWith("partyline"));
  assert.deepEqual(left, [], "temporary files were left");
}

async function seen(output: () => string, pattern: RegExp): Promise<void> {
  while (!pattern.test(output())) await delay(20);
}

describe("a demo that is interrupted", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`leaves nothing when ${signal} comes while it starts`, { timeout }, async (context) => {
      const afterMs = randomInt(200, 6_000);
      context.diagnostic(`${signal} ${afterMs} ms after the first servers began to start`);
      const { code } = await interruptDemo(signal, async (output) => {
        await seen(output, /ready/);
        await delay(afterMs);
      });
      assert.equal(code, signal === "SIGINT" ? 130 : 143);
      await assertNothingLeft();
    });
  }

  it("leaves nothing when the signal comes at once", { timeout }, async () => {
    await interruptDemo("SIGINT", () => delay(randomInt(50, 1_500)));
    await assertNothingLeft();
  });

  it("leaves nothing when it is interrupted in the middle of a call", { timeout }, async () => {
    const { code, running } = await interruptDemo("SIGINT", (output) => seen(output, /caller {2}\w/));
    assert.equal(code, 130);
    assert.ok(running > 15, `every part is a process of its own: saw ${running}`);
    await assertNothingLeft();
  });
});
