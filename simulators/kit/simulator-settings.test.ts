import assert from "node:assert/strict";
import { test } from "node:test";
import { readSimulatorSettings } from "./simulator-settings.ts";

test("given no settings, then a simulator listens on this machine only, on any free port, without latency or faults", () => {
  const expected = { host: "127.0.0.1", port: 0, seed: 1, profile: "none", faults: [] };
  assert.deepEqual(readSimulatorSettings({}), expected);
  assert.deepEqual(readSimulatorSettings({ HOST: "", PORT: "", SEED: "" }), expected);
});

test("given a host, then it listens there", () => {
  assert.equal(readSimulatorSettings({ HOST: "0.0.0.0" }).host, "0.0.0.0");
});

test("given a port or seed that is none, then it does not start", () => {
  for (const environment of [{ PORT: "70000" }, { PORT: "1.5" }, { SEED: "-1" }, { PROFILE: "fast" }])
    assert.throws(() => readSimulatorSettings(environment), RangeError);
});
