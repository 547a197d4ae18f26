import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

const program = join(import.meta.dirname, "main.ts");

test("the program says one line when it is ready, answers, and stops on SIGTERM even with a request under way", async () => {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0", PROFILE: "none", API_KEY: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  assert.ok(child.stdout !== null);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const ready = JSON.parse(line) as { ready: boolean; name: string; port: number };
  assert.deepEqual([ready.ready, ready.name], [true, "gemini"]);
  const base = `http://127.0.0.1:${ready.port}`;
  const faults = [{ operation: "generateContent", fault: "delay", delayMs: 60_000 }];
  const accepted = await fetch(`${base}/_control/faults`, { method: "POST", body: JSON.stringify(faults) });
  assert.equal(accepted.status, 200);
  const waiting = fetch(`${base}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: "POST",
    headers: { "x-goog-api-key": "any" },
    body: JSON.stringify({ contents: [{ parts: [{ text: "hello" }] }] }),
  });
  const cut = assert.rejects(waiting);
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGTERM");
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0);
  await cut;
});

test("settings that are wrong refuse to start and say which", async () => {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, REQUESTS_PER_MINUTE: "many" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  assert.ok(child.stderr !== null);
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number];
  assert.notEqual(code, 0);
  assert.match(complaint, /REQUESTS_PER_MINUTE/);
});
