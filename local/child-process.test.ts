import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startChild } from "./child-process.ts";
import { isProcessAlive } from "./process-alive.ts";

const readyThenWait = `console.log(JSON.stringify({ ready: true, pid: process.pid })); setInterval(() => {}, 1000);`;
const node = (script: string) => ({
  name: "program",
  command: process.execPath,
  args: ["-e", script],
  ready: { kind: "line" } as const,
  readyTimeoutMs: 10_000,
});

async function untilGone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 250 && isProcessAlive(pid); attempt += 1) await delay(20);
}

describe("a child process", () => {
  test("given its ready line, the line is handed over and SIGTERM ends it", async () => {
    const child = await startChild(node(readyThenWait));
    const pid = Number(child.readyLine?.pid);
    assert.equal(isProcessAlive(pid), true);
    await child.stop();
    assert.equal(isProcessAlive(pid), false);
    assert.equal(child.isRunning(), false);
  });

  test("given a program that handles SIGTERM, its own exit code is reported", async () => {
    const child = await startChild(node(`process.on("SIGTERM", () => process.exit(7)); ${readyThenWait}`));
    await child.stop();
    assert.deepEqual(await child.exited, { code: 7, signal: null });
  });

  test("given a program that is slow to end, a further signal reaches it before its time is up", async () => {
    const slow = `process.on("SIGTERM", () => {}); process.on("SIGINT", () => process.exit(8)); ${readyThenWait}`;
    const child = await startChild(node(slow));
    const stopped = child.stop(30_000);
    child.interrupt();
    await stopped;
    assert.equal((await child.exited).code, 8);
    child.interrupt();
  });

  test("given a program that ignores SIGTERM, it is killed after the bound", async () => {
    const child = await startChild(node(`process.on("SIGTERM", () => {}); ${readyThenWait}`));
    await child.stop(100);
    assert.equal((await child.exited).signal, "SIGKILL");
    assert.equal(isProcessAlive(Number(child.readyLine?.pid)), false);
  });

  test("given a program that ends before it is ready, the error shows its exit code and last lines", async () => {
    const start = startChild(node(`console.error("the port is taken"); process.exit(3);`));
    await assert.rejects(start, /program ended before it was ready \(exit code 3\)[\s\S]*the port is taken/);
  });

  test("given a program that is never ready, it is killed and the error says so", async () => {
    let pid = 0;
    const start = startChild({
      ...node("console.log(process.pid); setInterval(() => {}, 1000);"),
      readyTimeoutMs: 1_000,
      onLine: (line) => {
        pid = Number(line);
      },
    });
    await assert.rejects(start, /was not ready within 1000 ms/);
    assert.notEqual(pid, 0);
    // The signal was sent to the whole group; the kernel may take a moment to end the last of it.
    for (let tries = 0; tries < 100 && isProcessAlive(pid); tries += 1) await delay(20);
    assert.equal(isProcessAlive(pid), false);
  });

  test("given a command that does not exist, the start fails", async () => {
    const start = startChild({ ...node(""), command: "/nowhere/no-such-program" });
    await assert.rejects(start, /program ended before it was ready \(exit code 127\)/);
  });

  test("given more output than is kept, the last 100 lines are kept", async () => {
    const child = await startChild(node(`for (let i = 1; i <= 150; i++) console.log(i); ${readyThenWait}`));
    assert.equal(child.tail().length, 100);
    assert.equal(child.tail()[0], "52");
    await child.kill();
  });

  for (const end of ["SIGKILL", "SIGTERM"] as const) {
    test(`given a parent that ends by ${end}, its children die too, even those that ignore SIGTERM`, async () => {
      const parent = spawn(process.execPath, [
        "--input-type=module",
        "-e",
        `const { startChild } = await import(${JSON.stringify(new URL("./child-process.ts", import.meta.url).href)});
         const child = await startChild({ name: "grandchild", command: process.execPath, readyTimeoutMs: 10000,
           args: ["-e", ${JSON.stringify(`process.on("SIGTERM", () => {}); ${readyThenWait}`)}], ready: { kind: "line" } });
         console.log(child.readyLine.pid + " " + child.pid);`,
      ]);
      const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
      const [grandchild = 0, wrapper = 0] = line.split(" ").map(Number);
      assert.equal(isProcessAlive(grandchild), true);
      parent.kill(end);
      await once(parent, "exit");
      await untilGone(grandchild);
      await untilGone(wrapper);
      assert.equal(isProcessAlive(grandchild), false);
      assert.equal(isProcessAlive(wrapper), false);
    });
  }
});
