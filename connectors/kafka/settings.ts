import { choice, integer, type SettingsSpec, text } from "../../runtime/settings.ts";

/** Settings that every worker shares. */
export const infrastructureSettings = {
  kafkaBrokers: text({ variable: "KAFKA_BROKERS", doc: "Kafka brokers, host:port, comma separated." }),
  schemaRegistryUrl: text({
    variable: "SCHEMA_REGISTRY_URL",
    doc: "Schema registry with Confluent's API, e.g. http://127.0.0.1:8081/apis/ccompat/v7.",
  }),
  redisUrl: text({ variable: "REDIS_URL", doc: "Redis, e.g. redis://127.0.0.1:6379." }),
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
