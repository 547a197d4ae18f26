import assert from "node:assert/strict";
import { test } from "node:test";
import { createRateWindow } from "./rate-window.ts";

test("given a full window, it takes no further request and says how long until there is room", () => {
  const window = createRateWindow(2, 60_000);
  assert.deepEqual([window.take(), window.take()], [0, 0]);
  const waitMs = window.take();
  assert.ok(waitMs > 0 && waitMs <= 60_000);
  window.clear();
  assert.equal(window.take(), 0);
});

test("given a request that left the window, there is room for another", async () => {
  const window = createRateWindow(1, 20);
  window.take();
  let waitMs = window.take();
  while (waitMs > 0) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = window.take();
  }
  assert.ok(window.take() > 0);
});
