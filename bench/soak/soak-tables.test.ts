import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Sample } from "./process-samples.ts";
import { accountsTable, driftTable, faultSummary, growthTable } from "./soak-tables.ts";

const megabyte = 1_048_576;
const minuteMs = 60_000;

/** Starts at 200 MB in the first minute, then grows by 1 MB a minute from 100 MB. */
const sample = (minute: number): Sample => ({
  atMs: 5_000 + minute * minuteMs,
  processes: new Map([
    [
      "act",
      {
        residentBytes: (minute === 0 ? 200 : 100 + minute) * megabyte,
        heapBytes: 50 * megabyte,
        openDescriptors: 30 + minute,
        lagRecords: minute === 2 ? 7 : 0,
      },
    ],
    ["broker", { residentBytes: 500 * megabyte, heapBytes: null, openDescriptors: null, lagRecords: null }],
  ]),
});

describe("the tables of a soak", () => {
  it("measure growth after the warm-up, and lag all the time", () => {
    const { rows } = growthTable([0, 1, 2, 3, 4].map(sample), minuteMs / 2);
    const act = rows[0]?.cells.map((cell) => (typeof cell === "number" ? Math.round(cell * 1000) / 1000 : cell));
    assert.deepEqual(act, [101, 104, 60, 0, 0, 0, 31, 34, 7, 0]);
    assert.deepEqual(rows[1]?.cells, [500, 500, 0, 0, null, null, null, null, null, null]);
  });

  it("compare the first third of the turns with the last", () => {
    const turns = [10, 10, 30, 30, 20, 20].map((ms) => ({
      overheadMs: ms,
      firstSoundMs: null,
      voiceToVoiceMs: 2 * ms,
      parts: null,
    }));
    const { rows } = driftTable(turns);
    assert.deepEqual(
      rows.map(({ cells }) => cells),
      [
        [4, 10, 20, 100, 10, 20],
        [0, null, null, null, null, null],
        [4, 20, 40, 100, 20, 40],
      ],
    );
  });

  it("count what was said and complained of", () => {
    const faults = [
      { process: "act", level: "warn", message: "commit failed" },
      { process: "act", level: "warn", message: "commit failed" },
      { process: "speak", level: "error", message: "worker ends" },
    ] as const;
    const accounts = {
      calls: 2,
      lines: 8,
      wordsSaid: 50,
      wordsLost: 0,
      wordsDoubled: 1,
      unanswered: 0,
      failedCalls: 0,
    };
    const cells = accountsTable(accounts, faults).rows.map((row) => row.cells[0]);
    assert.deepEqual(cells, [2, 8, 50, 0, 1, 0, 0, 2, 1]);
    assert.deepEqual(faultSummary(faults), ["2 × act, warn: commit failed", "1 × speak, error: worker ends"]);
  });
});
