import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const simulatorsFolder = fileURLToPath(new URL("..", import.meta.url));

/** Starts a simulator program and gives what it said and how it ended. */
async function run(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly lines: string[]; readonly code: number | null; readonly stopMs: number }> {
  const program = spawn(process.execPath, [`${simulatorsFolder}${name}/main.ts`], {
    env: { PATH: process.env.PATH, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines: string[] = [];
  const exited = once(program, "exit");
  let stoppedAt = 0;
  createInterface({ input: program.stdout }).on("line", (line) => {
    lines.push(line);
    stoppedAt = performance.now();
    program.kill("SIGTERM");
  });
  const [code] = (await exited) as [number | null];
  return { lines, code, stopMs: performance.now() - stoppedAt };
}

const programs = {
  crm: { hasControlPort: false, wrong: { REQUESTS_PER_TEN_SECONDS: "0" } },
  gemini: { hasControlPort: false, wrong: { REQUESTS_PER_MINUTE: "0" } },
  "google-speech": { hasControlPort: true, wrong: { MAX_STREAMS: "0" } },
  "google-text-to-speech": { hasControlPort: true, wrong: { MAX_STREAMS: "0" } },
  stripe: { hasControlPort: false, wrong: { REQUESTS_PER_SECOND: "0" } },
  twilio: { hasControlPort: false, wrong: { CONNECT_TO: "{" } },
};

describe("a simulator program", () => {
  for (const [name, { hasControlPort, wrong }] of Object.entries(programs)) {
    it(`${name} says once where it listens, and stops when told`, async () => {
      const { lines, code, stopMs } = await run(name, { PROFILE: "article" });
      assert.equal(lines.length, 1);
      const ready = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
      assert.equal(ready.ready, true);
      assert.equal(ready.name, name);
      for (const port of hasControlPort ? [ready.port, ready.controlPort] : [ready.port])
        assert.ok(Number.isInteger(port) && Number(port) > 0);
      assert.equal("controlPort" in ready, hasControlPort);
      assert.equal(code, 0);
      assert.ok(stopMs < 3000);
    });

    it(`${name} refuses to start with a wrong setting`, async () => {
      const wrongs: Readonly<Record<string, string>>[] = [{ PROFILE: "fast" }, { PORT: "many" }, wrong];
      for (const { lines, code } of await Promise.all(wrongs.map((environment) => run(name, environment)))) {
        assert.deepEqual(lines, []);
        assert.notEqual(code, 0);
      }
    });
  }
});
