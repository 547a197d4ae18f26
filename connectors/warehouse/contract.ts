/** What every warehouse does; run by each adapter's test. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import type { Warehouse, WarehouseEntry } from "./port.ts";

/** How the suite sees what was stored: rows of the audit log, and facts in the rows of turns and calls. */
export type WarehouseUnderTest = {
  /** A warehouse that holds nothing yet. */
  open(): Warehouse;
  counts(): Promise<{ audited: number; turnFacts: number; callFacts: number }>;
};

const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };

function entry(eventId: string, turn = 1): WarehouseEntry {
  const record = stamped("SpeechStarted", { eventId, turn, startsAtMs: 0, isBargeIn: false });
  const facts = { seen: { [eventId]: true } };
  return { record, turnFacts: facts, callFacts: facts };
}

export function warehouseContract(name: string, { open, counts }: WarehouseUnderTest): void {
  test(`${name}: given an entry, its facts and its audit row are there when it resolves`, async () => {
    await open().store(entry("a"), context);
    assert.deepEqual(await counts(), { audited: 1, turnFacts: 1, callFacts: 1 });
  });

  test(`${name}: given an entry again, in the same moment and later, nothing changes`, async () => {
    const warehouse = open();
    await Promise.all([warehouse.store(entry("a"), context), warehouse.store(entry("a"), context)]);
    await warehouse.store(entry("a"), context);
    assert.deepEqual(await counts(), { audited: 1, turnFacts: 1, callFacts: 1 });
  });

  test(`${name}: given entries of several turns over time, facts are joined to those before`, async () => {
    const warehouse = open();
    await warehouse.store(entry("a", 1), context);
    await Promise.all([warehouse.store(entry("b", 2), context), warehouse.store(entry("c", 1), context)]);
    assert.deepEqual(await counts(), { audited: 3, turnFacts: 3, callFacts: 3 });
  });

  test(`${name}: given an entry without facts, it is audited all the same`, async () => {
    await open().store({ ...entry("a"), turnFacts: null, callFacts: null }, context);
    assert.deepEqual(await counts(), { audited: 1, turnFacts: 0, callFacts: 0 });
  });
}
