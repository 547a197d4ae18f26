/** What the runtime relies on in a session store, whatever stands behind it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import type { SessionStore } from "../../runtime/session-store.ts";

/** Declares the contract's tests; call it inside a `describe`. Every test uses calls of its own. */
export function sessionStoreContract(open: () => SessionStore): void {
  const call = (): string => `CA${randomUUID()}`;

  it("gives nothing for a call that nobody saved, and epoch 1", async () => {
    assert.deepEqual(await open().acquire("s", call()), { epoch: 1, session: null });
  });

  it("gives back what was saved last, to whoever takes the call over", async () => {
    const [store, callSid] = [open(), call()];
    const { epoch } = await store.acquire("s", callSid);
    assert.equal(await store.save("s", callSid, 0, epoch, "one"), true);
    assert.equal(await store.save("s", callSid, 0, epoch, "two"), true);
    assert.deepEqual(await store.acquire("s", callSid), { epoch: epoch + 1, session: "two" });
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
    for (const callSid of [live, over, elsewhere]) await store.acquire("s", callSid);
    await store.save("s", live, partition, 1, "x");
    await store.save("s", over, partition, 1, "x");
    await store.save("s", elsewhere, partition + 1, 1, "x");
    await store.forget("s", over, partition, 1);
    assert.deepEqual(await store.live("s", partition), [live]);
    assert.deepEqual(await store.live("t", partition), []);
  });
}
