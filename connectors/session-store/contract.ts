/** What the runtime relies on in a session store, whatever stands behind it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import type { SessionStore } from "../../runtime/session-store.ts";

/** Declares the contract's tests; call it inside a `describe`. Every test uses calls of its own. `empty` loses everything that the store holds. */
export function sessionStoreContract(open: () => SessionStore, empty: () => Promise<unknown>): void {
  const call = (): string => `CA${randomUUID()}`;

  it("gives nothing for a call that nobody saved, and an epoch above 0", async () => {
    const { epoch, session } = await open().acquire("s", call());
    assert.equal(session, null);
    assert.ok(Number.isSafeInteger(epoch) && epoch > 0, String(epoch));
  });

  it("gives back what was saved last, to whoever takes the call over", async () => {
    const [store, callSid] = [open(), call()];
    const { epoch } = await store.acquire("s", callSid);
    assert.equal(await store.save("s", callSid, 0, epoch, "one"), true);
    assert.equal(await store.save("s", callSid, 0, epoch, "two"), true);
    const next = await store.acquire("s", callSid);
    assert.equal(next.session, "two");
    assert.ok(next.epoch > epoch);
  });

  it("refuses the save of a worker that lost the call, and keeps the owner's", async () => {
    const [store, callSid] = [open(), call()];
    const old = await store.acquire("s", callSid);
    const owner = await store.acquire("s", callSid);
    assert.equal(await store.save("s", callSid, 0, owner.epoch, "owner"), true);
    assert.equal(await store.save("s", callSid, 0, old.epoch, "zombie"), false);
    assert.equal(await store.forget("s", callSid, 0, old.epoch), false);
    assert.equal((await store.acquire("s", callSid)).session, "owner");
  });

  it("lets the owner write its call back into a store that was emptied", async () => {
    assert.equal(await open().save("s", call(), 0, 7, "kept in memory"), true);
  });

  it("refuses a worker that lost the call in a store that was emptied since, however often the call had changed hands", async () => {
    const [store, callSid] = [open(), call()];
    let old = await store.acquire("s", callSid);
    for (let times = 0; times < 3; times += 1) old = await store.acquire("s", callSid);
    // Longer than the call needed to change hands.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await empty();
    const owner = await store.acquire("s", callSid);
    assert.equal(await store.save("s", callSid, 0, old.epoch, "zombie"), false);
    assert.equal(await store.save("s", callSid, 0, owner.epoch, "owner"), true);
  });

  it("forgets a call for good: a worker that lost it before cannot bring it back", async () => {
    const [store, callSid] = [open(), call()];
    const old = await store.acquire("s", callSid);
    const owner = await store.acquire("s", callSid);
    await store.save("s", callSid, 0, owner.epoch, "x");
    assert.equal(await store.forget("s", callSid, 0, owner.epoch), true);
    assert.equal(await store.save("s", callSid, 0, old.epoch, "zombie"), false);
    assert.equal((await store.acquire("s", callSid)).session, null);
  });

  it("lists the live calls of a partition and stage, and no others", async () => {
    const [store, partition] = [open(), 1_000_000 + Math.floor(Math.random() * 1_000_000)];
    const [live, over, elsewhere] = [call(), call(), call()];
    const save = async (callSid: string, at: number): Promise<number> => {
      const { epoch } = await store.acquire("s", callSid);
      await store.save("s", callSid, at, epoch, "x");
      return epoch;
    };
    await save(live, partition);
    await save(elsewhere, partition + 1);
    await store.forget("s", over, partition, await save(over, partition));
    assert.deepEqual(await store.live("s", partition), [live]);
    assert.deepEqual(await store.live("t", partition), []);
  });
}
