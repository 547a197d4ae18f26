import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { address, choice, flag, integer, type SettingsSpec, secret, text } from "../../runtime/settings.ts";

/** How the brokers are reached: for workers, and for programs that prepare or mend a deployment. What fits together is checked by `brokerAccess`. */
export const brokerSettings = {
  kafkaBrokers: text({ variable: "KAFKA_BROKERS", doc: "Kafka brokers, host:port, comma separated." }),
  kafkaTls: flag({ variable: "KAFKA_TLS", doc: "Whether connections to the brokers use TLS.", fallback: false }),
  kafkaSaslMechanism: choice({
    variable: "KAFKA_SASL_MECHANISM",
    doc: "How the brokers are told who connects: none, plain (with TLS only), scram-sha-256 or scram-sha-512.",
    fallback: "none",
    of: ["none", "plain", "scram-sha-256", "scram-sha-512"],
  }),
  kafkaSaslUsername: text({
    variable: "KAFKA_SASL_USERNAME",
    doc: "User name at the brokers, with a KAFKA_SASL_MECHANISM.",
    fallback: "",
  }),
  kafkaSaslPassword: secret({
    variable: "KAFKA_SASL_PASSWORD",
    doc: "Password at the brokers, with a KAFKA_SASL_MECHANISM.",
    fallback: "",
  }),
  privateCaFile: {
    ...text({
      variable: "NODE_EXTRA_CA_CERTS",
      doc: "File (PEM) with certificates of authorities that are trusted beside the public ones, in every connection: brokers, registry, Redis, database. Node itself reads it.",
      fallback: "",
    }),
    // Node only warns of a file that it cannot read, and connects without it.
    parse: certificateFile,
  },
} as const satisfies SettingsSpec;

/** How the schema registry is reached. */
export const registrySettings = {
  schemaRegistryUrl: address({
    variable: "SCHEMA_REGISTRY_URL",
    doc: "Schema registry with Confluent's API, e.g. http://127.0.0.1:8081/apis/ccompat/v7 or https://user:password@registry.example.com.",
    schemes: ["http", "https"],
  }),
} as const satisfies SettingsSpec;

/** Settings that every worker shares. */
export const infrastructureSettings = {
  ...brokerSettings,
  ...registrySettings,
  redisUrl: address({
    variable: "REDIS_URL",
    doc: "Redis, e.g. redis://127.0.0.1:6379, or with TLS and a password rediss://user:password@redis.example.com:6379.",
    schemes: ["redis", "rediss"],
  }),
  sessionTimeoutMs: integer({
    variable: "KAFKA_SESSION_TIMEOUT_MS",
    doc: "Silence after which the broker gives a worker's partitions to others, in milliseconds. The broker must allow it (group.min.session.timeout.ms).",
    fallback: 1500,
    min: 500,
    max: 60_000,
  }),
  metricsPort: integer({
    variable: "METRICS_PORT",
    doc: "Port of /metrics, /healthz and /readyz; 0 takes any free one.",
    fallback: 0,
    min: 0,
    max: 65_535,
  }),
  metricsHost: text({
    variable: "METRICS_HOST",
    doc: "Address that the metrics server listens on.",
    fallback: "127.0.0.1",
  }),
  logLevel: choice({
    variable: "LOG_LEVEL",
    doc: "Lowest level that is logged.",
    fallback: "info",
    of: ["debug", "info", "warn", "error", "silent"],
  }),
  drainMs: integer({
    variable: "DRAIN_MS",
    doc: "Longest time to finish what is in flight when asked to end, in milliseconds.",
    fallback: 5_000,
    min: 0,
    max: 3_600_000,
  }),
} as const satisfies SettingsSpec;

function certificateFile(path: string): { value: string } | { fault: string } {
  try {
    new X509Certificate(readFileSync(path));
    return { value: path };
  } catch {
    return { fault: "must be a file that can be read and begins with a certificate in PEM" };
  }
}
