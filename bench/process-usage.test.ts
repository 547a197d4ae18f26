import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startChild } from "../local/child-process.ts";
import { cpuBetween, groupUsage } from "./process-usage.ts";

const busy = "console.log('{\"ready\":true}'); while (process.cpuUsage().user < 150_000); setInterval(() => {}, 1000);";

test("a program's CPU and memory are seen from outside", { skip: process.platform !== "linux" }, async () => {
  const child = await startChild({
    name: "busy",
    command: process.execPath,
    args: ["-e", busy],
    ready: { kind: "line" },
    readyTimeoutMs: 10_000,
  });
  const before = groupUsage(child.pid);
  await delay(600);
  const after = groupUsage(child.pid);
  await child.stop();
  assert.ok((cpuBetween(before, after) ?? -1) >= 0);
  assert.ok((after?.cpuSeconds ?? 0) >= 0.1, `${after?.cpuSeconds} s`);
  assert.ok((after?.residentBytes ?? 0) > 10_000_000);
  assert.ok((after?.openDescriptors ?? 0) >= 3, "its standard streams at least");
  assert.deepEqual(groupUsage(child.pid), { cpuSeconds: 0, residentBytes: 0, openDescriptors: 0 });
});

test("a group that is not known has no usage", () => {
  assert.equal(groupUsage(undefined), null);
  assert.equal(cpuBetween(null, { cpuSeconds: 1 }), null);
});
