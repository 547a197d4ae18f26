import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { spreadTables } from "../table.ts";
import { conclusions, effectsTable, gapTable, type Interrupted, silenceTable } from "./failover-tables.ts";
import { heardSilences, type Interruption } from "./heard-silence.ts";

const interruption = (what: string, atMs: number): Interruption => ({
  what,
  atMs,
  overAtMs: atMs + 5_000,
  speaking: "CA1",
  affected: new Set(["CA1", "CA2"]),
  others: new Set(["CA3"]),
});

const calls = [
  {
    callSid: "CA1",
    silences: [
      { fromMs: 1_000, toMs: 1_300 },
      { fromMs: 11_000, toMs: 12_500 },
      { fromMs: 21_000, toMs: 21_400 },
    ],
  },
  { callSid: "CA2", silences: [] },
  { callSid: "CA3", silences: [{ fromMs: 14_000, toMs: 14_700 }] },
];

const played = (name: string, interruptions: readonly Interruption[]): Interrupted => ({
  name,
  load: {
    interruptions,
    silences: (those) => heardSilences(calls, those),
    gaps: (those) =>
      those.flatMap(({ what, atMs }) =>
        what === "act SIGTERM"
          ? [
              { fromMs: atMs, toMs: atMs + 140, spokenMs: 0, words: 0 },
              { fromMs: atMs, toMs: atMs + 180, spokenMs: 100, words: 2 },
            ]
          : [],
      ),
    lostWords: 3,
    unheardWords: 2,
    twice: { records: 4, effects: 0 },
    books: { isConfirmed: true, orders: 1, charges: 1, disagreements: 0 },
    unanswered: 0,
    failedCalls: 0,
  },
});

const measured = [
  played("act", [
    interruption("nothing", 1_000),
    interruption("act SIGKILL", 11_000),
    interruption("act SIGTERM", 21_000),
  ]),
  played("database stands still", [interruption("database stands still", 31_000)]),
];

describe("the tables of a failover", () => {
  it("have a row for each kind of interruption, and one for each signal over all stages", () => {
    const { rows } = silenceTable(measured);
    assert.deepEqual(
      rows.map(({ labels }) => labels[0]),
      ["nothing", "act SIGKILL", "act SIGTERM", "database stands still", "all stages SIGKILL", "all stages SIGTERM"],
    );
    assert.deepEqual(rows[1]?.cells, [1, 1_500, 1_500, 1_500, 2, 0, 1_500, 1_500, 1, 700, 700]);
    assert.deepEqual(rows[3]?.cells, [1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0]);
  });

  it("say what was lost and doubled, without orders where nobody ordered", () => {
    const [first] = measured;
    assert.ok(first !== undefined);
    const { rows } = effectsTable([first, { name: "none", load: { ...first.load, books: null } }]);
    assert.deepEqual(rows[0]?.cells, [3, 2, 0, 0, 0, 4, "yes", 1, 1, 0]);
    assert.deepEqual(rows[1]?.cells, [3, 2, 0, 0, 0, 4, null, null, null, null]);
  });

  it("say how long streams were away, and where none was", () => {
    const none = [0, null, null, 0, 0];
    assert.deepEqual(gapTable(measured).rows, [
      { labels: ["nothing"], cells: none },
      { labels: ["act SIGKILL"], cells: none },
      { labels: ["act SIGTERM"], cells: [2, 140, 180, 100, 2] },
      { labels: ["database stands still"], cells: none },
    ]);
  });

  it("are put into words beside the goals", () => {
    const words = conclusions(spreadTables([[silenceTable(measured), effectsTable(measured)]]));
    assert.equal(words.length, 3);
    assert.match(words[0] ?? "", /nothing ends.*0\.30 s/);
    assert.match(words[1] ?? "", /^SIGKILL.* 1\.50 s for callers who spoke.*goal is 2 s/);
    assert.match(words[2] ?? "", /^SIGTERM.* 0\.40 s.*goal is 0\.6 s/);
  });
});
