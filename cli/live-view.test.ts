import assert from "node:assert/strict";
import { it } from "node:test";
import { stamped } from "../runtime/testing/record.ts";
import { LiveView } from "./live-view.ts";

function view(isColoured = false) {
  const lines: string[] = [];
  return { lines, live: new LiveView({ write: (line) => lines.push(line), isColoured }) };
}
const ended = stamped("TurnEnded", {
  callSid: "CA1",
  turn: 1,
  occurredAt: 1_300,
  text: "a lamp",
  lastByteAt: 1_000,
  decidedBy: "complete",
  vendorWaitMs: 50,
});
const started = stamped("PlaybackStarted", {
  callSid: "CA1",
  turn: 1,
  occurredAt: 1_400,
  responseId: "r",
  isAcknowledgement: false,
  vendorWaitMs: 30,
});

it("shows what was recorded of a call once the call has a name", () => {
  const { lines, live } = view();
  live.showRecord(ended);
  assert.deepEqual(lines, []);
  live.name("CA1", "[1]");
  assert.deepEqual(lines, ["[1]   heard   “a lamp”"]);
});

it("says how long a turn took, once", () => {
  const { lines, live } = view();
  live.name("CA1", "");
  live.showRecord(ended);
  live.showRecord(started);
  live.showRecord({ ...started, eventId: "again" });
  assert.deepEqual(lines.slice(1), ["  time    overhead 120 ms · first sound 100 ms · voice to voice 400 ms"]);
});

it("shows what the caller and the agent say, in colours on a terminal only", () => {
  const { lines, live } = view(true);
  live.showEvent("", { kind: "caller-said", atMs: 0, text: "Hello." });
  live.showEvent("", { kind: "agent-said", atMs: 0, text: "Thank you for", isCut: true });
  assert.deepEqual(lines, ["\u001b[36mcaller  Hello.\u001b[0m", "\u001b[32magent   Thank you for —\u001b[0m"]);
});
