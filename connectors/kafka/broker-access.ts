import type { KafkaConfig, SASLOptions } from "kafkajs";
import { SettingsError, type SettingsOf } from "../../runtime/settings.ts";
import type { brokerSettings } from "./settings.ts";

/** Where the brokers are, and how a client is let in: by default without TLS and without a password. */
export type BrokerAccess = {
  /** `host:port` of some of them. */
  readonly brokers: readonly string[];
  readonly security?: Pick<KafkaConfig, "ssl" | "sasl">;
};

/** What the settings say about the brokers. Throws {@link SettingsError} with every contradiction between them. */
export function brokerAccess(owner: string, settings: SettingsOf<typeof brokerSettings>): BrokerAccess {
  const {
    kafkaTls: ssl,
    kafkaSaslMechanism: mechanism,
    kafkaSaslUsername: username,
    kafkaSaslPassword: password,
  } = settings;
  const brokers = settings.kafkaBrokers.split(",").map((broker) => broker.trim());
  const given = { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password };
  if (mechanism === "none") {
    const faults = Object.entries(given).flatMap(([variable, value]) =>
      value === "" ? [] : [`${variable} is given, but KAFKA_SASL_MECHANISM is none`],
    );
    if (faults.length > 0) throw new SettingsError(owner, faults);
    return { brokers, security: { ssl } };
  }
  const faults = Object.entries(given).flatMap(([variable, value]) =>
    value === "" ? [`${variable} is required by KAFKA_SASL_MECHANISM=${mechanism}`] : [],
  );
  if (mechanism === "plain" && !ssl)
    faults.push("KAFKA_SASL_MECHANISM=plain needs KAFKA_TLS=true: anybody on the way could read the password");
  if (faults.length > 0) throw new SettingsError(owner, faults);
  return { brokers, security: { ssl, sasl: { mechanism, username, password } as SASLOptions } };
}
