import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import { Redis } from "ioredis";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import type { SessionStore } from "../../runtime/session-store.ts";
import { testCertificate } from "../../runtime/testing/certificate.ts";
import { sessionStoreContract } from "./contract.ts";
import { openRedisSessions } from "./redis.ts";

describe("sessions in Redis", () => {
  let directory: string;
  let redis: RunningRedis;
  let store: SessionStore;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-sessions-"));
    redis = await startRedis({ directory });
    store = openRedisSessions(redis.url);
  });
  after(async () => {
    await store.close();
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });

  sessionStoreContract(
    () => store,
    async () => {
      const server = new Redis(redis.url);
      await server.flushall();
      server.disconnect();
    },
  );

  it("is reached with TLS, a user and a password that stand in its URL", async () => {
    const { key, certificate } = await testCertificate();
    setDefaultCACertificates([...getCACertificates("default"), certificate]);
    const server = new Redis(redis.url);
    // Only who shows the password may use these keys.
    await server.call("ACL", "SETUSER", "partyline", "on", ">p@ss/word", "~*", "+@all");
    const guard = createServer({ key, cert: certificate }, (socket) => {
      const inner = connect(redis.port, "127.0.0.1");
      for (const end of [socket, inner]) end.on("error", () => undefined);
      socket.pipe(inner).pipe(socket);
    });
    guard.listen(0, "127.0.0.1");
    await once(guard, "listening");
    const { port } = guard.address() as AddressInfo;
    const secured = openRedisSessions(`rediss://partyline:${encodeURIComponent("p@ss/word")}@127.0.0.1:${port}`);
    const intruder = openRedisSessions(`rediss://partyline:wrong@127.0.0.1:${port}`);
    try {
      assert.equal((await secured.acquire("s", "CAsecured")).session, null);
      assert.match(String(await server.call("CLIENT", "LIST")), /user=partyline/);
      await assert.rejects(intruder.acquire("s", "CAsecured"));
    } finally {
      await Promise.all([secured.close(), intruder.close()]);
      server.disconnect();
      guard.close();
    }
  });

  it("fails within its bound while the server is away, and works again after", async () => {
    await redis.kill();
    await assert.rejects(store.acquire("s", "CAaway"));
    await redis.restart();
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await store.acquire("s", "CAaway");
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  });
});
