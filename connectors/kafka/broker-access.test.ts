import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings, SettingsError } from "../../runtime/settings.ts";
import { brokerAccess } from "./broker-access.ts";
import { brokerSettings } from "./settings.ts";

const accessBy = (environment: Readonly<Record<string, string>>) =>
  brokerAccess("test", readSettings("test", brokerSettings, { KAFKA_BROKERS: "one:9096, two:9096", ...environment }));

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    accessBy(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.faults;
  }
}

test("given nothing but brokers, they are reached without TLS and without a password", () => {
  assert.deepEqual(accessBy({}), { brokers: ["one:9096", "two:9096"], security: { ssl: false } });
});

test("given TLS and a user, the client gets both", () => {
  const sasl = { mechanism: "scram-sha-256", username: "u", password: "p" };
  assert.deepEqual(
    accessBy({
      KAFKA_TLS: "true",
      KAFKA_SASL_MECHANISM: "scram-sha-256",
      KAFKA_SASL_USERNAME: "u",
      KAFKA_SASL_PASSWORD: "p",
    }),
    { brokers: ["one:9096", "two:9096"], security: { ssl: true, sasl } },
  );
});

test("given a user or a password that would not be used, nothing starts", () => {
  assert.deepEqual(faultsOf({ KAFKA_TLS: "true", KAFKA_SASL_USERNAME: "u", KAFKA_SASL_PASSWORD: "secret" }), [
    "KAFKA_SASL_USERNAME is given, but KAFKA_SASL_MECHANISM is none",
    "KAFKA_SASL_PASSWORD is given, but KAFKA_SASL_MECHANISM is none",
  ]);
});

test("given a mechanism without what it needs, all that is missing is listed", () => {
  assert.deepEqual(faultsOf({ KAFKA_SASL_MECHANISM: "plain" }), [
    "KAFKA_SASL_USERNAME is required by KAFKA_SASL_MECHANISM=plain",
    "KAFKA_SASL_PASSWORD is required by KAFKA_SASL_MECHANISM=plain",
    "KAFKA_SASL_MECHANISM=plain needs KAFKA_TLS=true: anybody on the way could read the password",
  ]);
});

test("given a file of authorities that cannot be read or holds no certificate, nothing starts", () => {
  for (const file of ["no-such-file.pem", import.meta.filename])
    assert.match(faultsOf({ NODE_EXTRA_CA_CERTS: file }).join(), /^NODE_EXTRA_CA_CERTS must be a file/);
});
