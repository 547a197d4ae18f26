import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerLines } from "./worker-lines.ts";

const line = (level: number, msg: string, more: object = {}): string => JSON.stringify({ level, msg, ...more });

test("what a worker holds is what it said last", () => {
  const lines = new WorkerLines();
  lines.take("act", line(30, "partitions assigned", { partitions: [0, 1, 2] }));
  lines.take("act 2", line(30, "partitions assigned", { partitions: [3] }));
  lines.take("act", line(30, "partitions assigned", { partitions: [1] }));
  assert.deepEqual(
    [...lines.partitions].map(([name, held]) => [name, [...held]]),
    [
      ["act", [1]],
      ["act 2", [3]],
    ],
  );
  assert.deepEqual(lines.faults, []);
});

test("warnings, errors and words outside of the log are faults", () => {
  const lines = new WorkerLines();
  lines.take("act", line(40, "commit failed"));
  lines.take("act", line(60, "worker ends"));
  lines.take("speak", "node: bad option");
  lines.take("speak", '{"ready":true}');
  lines.take("speak", "");
  assert.deepEqual(lines.faults, [
    { process: "act", level: "warn", message: "commit failed" },
    { process: "act", level: "error", message: "worker ends" },
    { process: "speak", level: "error", message: "not a line of its log" },
  ]);
});
