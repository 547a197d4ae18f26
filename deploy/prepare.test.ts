import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

function prepare(environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "prepare.ts")], {
    env: environment,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

test("given faulty settings, when topics shall be prepared, then all faults are listed and nothing is tried", () => {
  const { status, stdout, stderr } = prepare({
    PARTYLINE_PREPARE_PARTITIONS: "0",
    PARTYLINE_PREPARE_REPLICATION_FACTOR: "three",
    PARTYLINE_PREPARE_RETENTION: "1",
  });
  assert.equal(status, 2);
  assert.equal(stdout, "");
  for (const fault of [
    "KAFKA_BROKERS is required",
    "SCHEMA_REGISTRY_URL is required",
    "PARTYLINE_PREPARE_PARTITIONS must be from 1 to 1000",
    "PARTYLINE_PREPARE_REPLICATION_FACTOR must be a whole number",
    "PARTYLINE_PREPARE_RETENTION is not a known setting",
  ])
    assert.match(stderr, new RegExp(fault));
});

test("given addresses and logins that cannot be meant, when topics shall be prepared, then it says so and prints no password", () => {
  const broker = { KAFKA_BROKERS: "127.0.0.1:1" };
  const address = prepare({ ...broker, SCHEMA_REGISTRY_URL: "ftp://partyline:hidden@registry" });
  assert.equal(address.status, 2);
  assert.match(address.stderr, /SCHEMA_REGISTRY_URL must be a URL that begins with http:\/\/ or https:\/\//);
  const login = prepare({ ...broker, SCHEMA_REGISTRY_URL: "http://127.0.0.1:1", KAFKA_SASL_PASSWORD: "hidden" });
  assert.equal(login.status, 2);
  assert.match(login.stderr, /KAFKA_SASL_PASSWORD is given, but KAFKA_SASL_MECHANISM is none/);
  assert.doesNotMatch(address.stderr + login.stderr, /hidden/);
});

test("given no broker, when topics shall be prepared, then it ends with 1 and says so", () => {
  const { status, stdout, stderr } = prepare({
    KAFKA_BROKERS: "127.0.0.1:1",
    SCHEMA_REGISTRY_URL: "http://127.0.0.1:1",
  });
  assert.equal(status, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /127\.0\.0\.1:1/);
});
