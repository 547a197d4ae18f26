import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startControlServer } from "./control-server.ts";
import { createFaultScript } from "./fault-script.ts";
import type { HttpServer } from "./http-server.ts";
import { createRequestLog } from "./request-log.ts";

describe("a simulator's control endpoint", () => {
  const faults = createFaultScript([], 1);
  const requests = createRequestLog();
  let control: HttpServer;
  const call = (method: string, path: string, body?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${control.port}${path}`, { method, ...(body === undefined ? {} : { body }) });
  before(async () => {
    control = await startControlServer({ faults, requests });
  });
  after(() => control.close());

  it("replaces the fault script", async () => {
    const answer = await call("POST", "/_control/faults", JSON.stringify([{ operation: "Say", fault: "cut" }]));
    assert.equal(answer.status, 200);
    assert.equal(faults.next("Say")?.kind, "cut");
  });

  it("refuses what is no fault script and keeps the old one", async () => {
    for (const body of ["{", '{"operation":"Say"}', '[{"operation":"Say","fault":"explode"}]']) {
      const answer = await call("POST", "/_control/faults", body);
      assert.equal(answer.status, 400);
    }
    assert.equal(faults.next("Say")?.kind, "cut");
  });

  it("tells counts and recent requests, and forgets them", async () => {
    requests.record("Say", { characters: 3 });
    requests.record("Say", { characters: 4 });
    const told = (await (await call("GET", "/_control/requests")).json()) as ReturnType<typeof requests.snapshot>;
    assert.deepEqual(told.counts, { Say: 2 });
    assert.deepEqual(
      told.recent.map((request) => [request.number, request.operation, request.details]),
      [
        [1, "Say", { characters: 3 }],
        [2, "Say", { characters: 4 }],
      ],
    );
    assert.equal((await call("POST", "/_control/reset")).status, 200);
    assert.deepEqual(requests.snapshot(), { counts: {}, recent: [] });
    assert.equal(faults.next("Say"), undefined);
  });

  it("knows no other path", async () => {
    assert.equal((await call("GET", "/_control/nothing")).status, 404);
    assert.equal((await call("GET", "/other")).status, 404);
  });
});
