import { type BrokerAccess, brokerAccess } from "../connectors/kafka/broker-access.ts";
import { brokerSettings } from "../connectors/kafka/settings.ts";
import { readSettings } from "../runtime/settings.ts";
import { runningAddress } from "./running-address.ts";

/**
 * The brokers: as the environment says (`KAFKA_BROKERS`, `KAFKA_TLS`, ...), else those of the running system by what `npm start` wrote.
 * Throws NotRunningError when there is neither, SettingsError when settings are invalid.
 */
export async function runningBrokers(program: string, file: string): Promise<BrokerAccess> {
  const environment = { ...process.env, KAFKA_BROKERS: await runningAddress(file, "kafka") };
  return brokerAccess(program, readSettings(program, brokerSettings, environment));
}
