/** What every adapter of customer relations does; run by each adapter's test. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EffectContext } from "../../runtime/effect.ts";
import type { Crm, Interaction } from "./port.ts";

/** How the suite sees what the other side holds. */
export type CrmUnderTest = {
  open(): Crm;
  /** Interactions that can be read there: the call and its summary. */
  held(): Promise<readonly { readonly callSid: string; readonly summary: string }[]>;
};

const context: EffectContext = {
  callSid: "CA1",
  effectId: "crm/CA1/1",
  signal: new AbortController().signal,
  notify: () => undefined,
};

/** An interaction of a proven caller; fields of its own where given. */
export function interaction(fields: Partial<Interaction> = {}): Interaction {
  return {
    callSid: "CA1",
    direction: "inbound",
    callerNumber: "+12025550101",
    calledNumber: "+12025550199",
    contact: { customerId: "ana", name: "Ana Alder", phone: "+12025550101", email: null },
    startedAt: Date.parse("2026-11-23T12:00:00Z"),
    endedAt: null,
    outcome: "inProgress",
    summary: "The caller looked for products.",
    nextStep: "None.",
    orderNumbers: [],
    revenueMinor: 0,
    currency: null,
    escalationReason: null,
    isRecorded: false,
    mayContact: true,
    ...fields,
  };
}

/** Runs the suite; what is held must be empty before each test. */
export function crmContract(name: string, { open, held }: CrmUnderTest): void {
  test(`${name}: given a call, its interaction is there when it resolves`, async () => {
    const { reference } = await open().upsert(interaction(), context);
    assert.notEqual(reference, "");
    assert.deepEqual(await held(), [{ callSid: "CA1", summary: "The caller looked for products." }]);
  });

  test(`${name}: given the same call again, the one interaction has what is known now, under the same name`, async () => {
    const first = await open().upsert(interaction(), context);
    const ended = interaction({ endedAt: Date.parse("2026-11-23T12:01:00Z"), outcome: "ordered", summary: "Order 7." });
    const second = await open().upsert(ended, context);
    assert.equal(second.reference, first.reference);
    assert.deepEqual(await held(), [{ callSid: "CA1", summary: "Order 7." }]);
  });

  test(`${name}: given a caller who is not known, and a withheld number, it is told all the same`, async () => {
    await open().upsert(interaction({ callerNumber: null, contact: null, mayContact: null }), context);
    assert.equal((await held()).length, 1);
  });

  test(`${name}: given calls to forget, they are gone, others stay, and forgetting again finds nothing`, async () => {
    const crm = open();
    await crm.upsert(interaction(), context);
    await crm.upsert(interaction({ callSid: "CA2", callerNumber: "+12025550102", contact: null }), context);
    const whom = { callSids: ["CA1", "CA9"], phone: null };
    assert.equal((await crm.forget(whom, context)).interactions, 1);
    assert.deepEqual(
      (await held()).map(({ callSid }) => callSid),
      ["CA2"],
    );
    assert.deepEqual(await crm.forget(whom, context), { interactions: 0, contacts: 0 });
  });
}
