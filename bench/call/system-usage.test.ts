import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { metricSum, stageUsage } from "./system-usage.ts";

describe("what a stage says of itself", () => {
  it("is read from its metrics", () => {
    const text = [
      "# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.",
      'process_cpu_seconds_total{stage="act"} 1.5',
      'process_resident_memory_bytes{stage="act"} 1048576',
      "nodejs_eventloop_lag_p99_seconds 0.0125",
      'process_cpu_seconds_total_other{stage="act"} 9',
    ].join("\n");
    assert.deepEqual(stageUsage(text), { cpuSeconds: 1.5, residentBytes: 1_048_576, loopDelayP99Ms: 2.5 });
  });

  it("is summed over labels", () => {
    const text = 'partyline_lag_records{topic="a"} 2\npartyline_lag_records{topic="b"} 3\npartyline_lag_records_max 9';
    assert.equal(metricSum(text, "partyline_lag_records"), 5);
    assert.equal(metricSum(text, "nothing"), null);
  });

  it("is not known when it is not there", () => {
    assert.deepEqual(stageUsage("nonsense"), { cpuSeconds: null, residentBytes: null, loopDelayP99Ms: null });
  });
});
