/** The registry itself refuses a breaking change, with the settings that our schemas are registered with. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { allSubjects, registeredIds, registerSchemas, subjectOf } from "../../connectors/kafka/registry.ts";
import { startRegistry } from "../../local/registry.ts";
import { schemaText } from "../../runtime/codec.ts";
import { testCertificate } from "../../runtime/testing/certificate.ts";
import type { RecordName } from "../../schemas/generated/records.ts";

type Schema = { fields: { name: string; type: unknown; doc?: string; default?: unknown }[] };

describe("the schema registry", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "partyline-registry-"));
    registry = await startRegistry({ directory });
    await registerSchemas(registry.url);
  });
  after(async () => {
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function offer(record: RecordName, change: (schema: Schema) => void): Promise<number> {
    const subject = allSubjects().find((entry) => entry.record === record);
    assert.ok(subject !== undefined);
    const schema = JSON.parse(schemaText(record)) as Schema;
    change(schema);
    const response = await fetch(
      `${registry.url}/subjects/${encodeURIComponent(subjectOf(subject.topic, record))}/versions`,
      {
        method: "POST",
        headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
        body: JSON.stringify({ schemaType: "AVRO", schema: JSON.stringify(schema) }),
        signal: AbortSignal.timeout(10_000),
      },
    );
    await response.arrayBuffer();
    return response.status;
  }
  const without = (name: string) => (schema: Schema) => {
    schema.fields = schema.fields.filter((field) => field.name !== name);
  };
  const added = (field: Schema["fields"][number]) => (schema: Schema) => void schema.fields.push(field);

  it("takes our schemas again without a word", async () => {
    await registerSchemas(registry.url);
    assert.equal(await offer("TurnEnded", () => undefined), 200);
  });

  it("refuses a new field without default: old records could not be read", async () => {
    assert.equal(await offer("TurnEnded", added({ name: "mood", type: "string", doc: "x" })), 409);
    assert.equal(await offer("AudioCaptured", added({ name: "mood", type: "string", doc: "x" })), 409);
  });

  it("refuses to drop a field without default where old readers must still read, and lets audio do it", async () => {
    assert.equal(await offer("TurnEnded", without("text")), 409);
    assert.equal(await offer("AudioCaptured", without("streamSid")), 200);
  });

  it("refuses another type", async () => {
    const retyped = (schema: Schema): void => {
      for (const field of schema.fields) if (field.name === "callSid") field.type = "long";
    };
    assert.equal(await offer("TurnEnded", retyped), 409);
  });

  it("takes a new field with a default", async () => {
    assert.equal(await offer("TurnEnded", added({ name: "mood", type: "string", doc: "x", default: "" })), 200);
  });

  it("is reached with TLS and a password that stand in its URL, and says when it refuses them", async () => {
    const { key, certificate } = await testCertificate();
    setDefaultCACertificates([...getCACertificates("default"), certificate]);
    const authorization = `Basic ${Buffer.from("partyline:p@ss/w%rd").toString("base64")}`;
    const guard = createServer({ key, cert: certificate }, (incoming, answer) => {
      if (incoming.headers.authorization !== authorization) {
        answer.writeHead(401).end();
        return;
      }
      const { url, method, headers } = incoming;
      const passed = request(new URL(url ?? "", registry.url), { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      incoming.pipe(passed);
    });
    guard.listen(0, "127.0.0.1");
    await once(guard, "listening");
    const place = `127.0.0.1:${(guard.address() as AddressInfo).port}${new URL(registry.url).pathname}`;
    const url = `https://partyline:${encodeURIComponent("p@ss/w%rd")}@${place}`;
    const wrong = `https://partyline:wrong@${place}`;
    try {
      await registerSchemas(url);
      assert.deepEqual(await registeredIds(url), await registeredIds(registry.url));
      const refused = { code: "CREDENTIALS_REFUSED", isRetryable: false, message: /SCHEMA_REGISTRY_URL/ };
      await assert.rejects(registerSchemas(wrong), refused);
      await assert.rejects(registeredIds(wrong), refused);
    } finally {
      guard.closeAllConnections();
      guard.close();
    }
  });
});
