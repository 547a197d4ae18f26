/** One hop through the log: handed to the client in one process, received by the callback in another, with a real broker between. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createKafkaClient } from "../../connectors/kafka/kafkajs.ts";
import { startBroker } from "../../local/broker.ts";
import { createLogger } from "../../runtime/logger.ts";
import { type ForkedProgram, forkProgram } from "../forked-program.ts";
import type { ConsumeAnswer, ConsumeQuestion } from "../hop/consume.ts";
import { type LogAddress, logClientNames } from "../hop/log-clients.ts";
import type { ProduceAnswer, ProduceQuestion } from "../hop/produce.ts";
import { MIN_RECORD_BYTES } from "../hop/stamp.ts";
import { defineInstrument, UnusableRun } from "../instrument.ts";
import { cpuBetween, groupUsage } from "../process-usage.ts";
import { column, type Row, type Table } from "../table.ts";

const PARTITIONS = 12;
const PATIENCE_MS = 15_000;
/** Fewer records than this have no P99. */
const MIN_RECORDS = 200;

type Pair = {
  readonly producer: ForkedProgram<ProduceQuestion, ProduceAnswer>;
  readonly consumer: ForkedProgram<ConsumeQuestion, ConsumeAnswer>;
};

async function createTopic(broker: string, topic: string): Promise<() => Promise<void>> {
  const options = { clientId: "partyline-bench", brokers: [broker], logger: createLogger("bench", "error") };
  const admin = createKafkaClient(options).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  return async () => {
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  };
}

export const instrument = defineInstrument({
  name: "hop",
  summary: "one hop through Kafka: latency and CPU by record size, rate and client",
  options: {
    clients: { kind: "names", summary: "clients behind the port,", of: logClientNames, fallback: logClientNames },
    sizes: {
      kind: "numbers",
      summary: "bytes of a record",
      fallback: [200, 1024, 4096],
      quick: [200],
      min: MIN_RECORD_BYTES,
      max: 65_536,
    },
    rates: {
      kind: "numbers",
      summary: "records a second",
      fallback: [20, 200, 1000, 5000],
      quick: [200],
      min: 1,
      max: 100_000,
    },
    seconds: {
      kind: "number",
      summary: "time for each size and rate; longer at low rates, for at least 200 records",
      fallback: 4,
      quick: 0.3,
      min: 0.1,
      max: 600,
    },
    kafka: {
      kind: "text",
      value: "HOST:PORT",
      summary: "a broker that is running, instead of one of its own",
      fallback: "",
    },
  },
  async prepare(bench) {
    const { clients, sizes, rates, seconds, kafka } = bench.options;
    let address = kafka;
    let brokerGroup: number | undefined;
    if (address === "") {
      bench.progress("starting the broker");
      const broker = await startBroker({ directory: await bench.folder(), onProgress: bench.progress });
      bench.atEnd(() => broker.stop());
      address = broker.address;
      brokerGroup = broker.pid();
    }
    const log: LogAddress = { brokers: [address], topic: `bench.hop.${randomUUID()}`, partitions: PARTITIONS };
    bench.atEnd(await createTopic(address, log.topic));
    let batch = 0;

    async function measureBatch(
      { producer, consumer }: Pair,
      recordBytes: number,
      recordsPerSecond: number,
      count: number,
    ) {
      batch += 1;
      const brokerBefore = groupUsage(brokerGroup);
      const spanMs = (count * 1000) / recordsPerSecond;
      await consumer.ask({ kind: "expect", batch }, PATIENCE_MS);
      const sent = await producer.ask(
        { kind: "send", batch, recordBytes, recordsPerSecond, count },
        spanMs * 4 + 2 * PATIENCE_MS,
      );
      const received = await consumer.ask({ kind: "collect", count, patienceMs: PATIENCE_MS }, 2 * PATIENCE_MS);
      if (received.latency.count < count)
        throw new UnusableRun(`${count - received.latency.count} of ${count} records did not arrive`);
      return { sent, received, brokerSeconds: cpuBetween(brokerBefore, groupUsage(brokerGroup)) };
    }

    async function idleRow(client: string, { producer, consumer }: Pair, idleMs: number): Promise<Row> {
      const ask = async () => ({
        producer: (await producer.ask({ kind: "cpu" }, PATIENCE_MS)).cpuSeconds,
        consumer: (await consumer.ask({ kind: "cpu" }, PATIENCE_MS)).cpuSeconds,
        broker: groupUsage(brokerGroup),
      });
      const before = await ask();
      await delay(idleMs, undefined, { signal: bench.signal });
      const after = await ask();
      const percent = (cpuSeconds: number | null): number | null =>
        cpuSeconds === null ? null : (cpuSeconds * 100_000) / idleMs;
      return {
        labels: [client],
        cells: [
          percent(after.producer - before.producer),
          percent(after.consumer - before.consumer),
          percent(cpuBetween(before.broker, after.broker)),
        ],
      };
    }

    return {
      settings: { partitions: PARTITIONS, acknowledgements: "all", isOwnBroker: kafka === "" },
      async measure(): Promise<readonly Table[]> {
        const latencies: Row[] = [];
        const costs: Row[] = [];
        const idle: Row[] = [];
        for (const client of clients) {
          const pair: Pair = {
            producer: forkProgram(new URL("../hop/produce.ts", import.meta.url), bench.signal),
            consumer: forkProgram(new URL("../hop/consume.ts", import.meta.url), bench.signal),
          };
          try {
            await pair.consumer.ask({ kind: "open", client, address: log }, 2 * PATIENCE_MS);
            await pair.producer.ask({ kind: "open", client, address: log }, 2 * PATIENCE_MS);
            // A process that has just started is several times slower than it stays.
            await measureBatch(pair, 1024, 500, bench.isQuick ? 50 : 1500);
            for (const size of sizes)
              for (const rate of rates) {
                bench.signal.throwIfAborted();
                bench.progress(`${client}: ${size} bytes, ${rate} records a second`);
                const count = Math.ceil(Math.max(rate * seconds, bench.isQuick ? 1 : MIN_RECORDS));
                const { sent, received, brokerSeconds } = await measureBatch(pair, size, rate, count);
                const { p50, p95, p99, max } = received.latency;
                const labels = [client, size, rate];
                latencies.push({
                  labels,
                  cells: [
                    p50,
                    p95,
                    p99,
                    max,
                    sent.acknowledgement.p95,
                    sent.lateness.p99,
                    (1000 * count) / sent.elapsedMs,
                  ],
                });
                const perThousand = (cpuSeconds: number | null): number | null =>
                  cpuSeconds === null ? null : (cpuSeconds * 1000) / count;
                costs.push({
                  labels,
                  cells: [sent.cpuSeconds, received.cpuSeconds, brokerSeconds].map(perThousand),
                });
              }
            idle.push(await idleRow(client, pair, bench.isQuick ? 200 : 3000));
          } finally {
            await Promise.all([pair.producer.stop(), pair.consumer.stop()]);
          }
        }
        const labels = ["client", "bytes", "records/s"];
        return [
          {
            title: "From handing over in one process to the callback in the other",
            labels,
            columns: [
              column("P50", "ms", 2),
              column("P95", "ms", 2),
              column("P99", "ms", 2),
              column("max", "ms", 1),
              column("acknowledged P95", "ms", 2),
              column("pacer late P99", "ms", 1),
              column("sent", "records/s"),
            ],
            rows: latencies,
          },
          {
            title: "CPU seconds for 1,000 records",
            labels,
            columns: [column("producer", "s", 3), column("consumer", "s", 3), column("broker", "s", 3)],
            rows: costs,
          },
          {
            title: "CPU when nothing is sent",
            labels: ["client"],
            columns: [
              column("producer", "% of a core", 1),
              column("consumer", "% of a core", 1),
              column("broker", "% of a core", 1),
            ],
            rows: idle,
          },
        ];
      },
    };
  },
});
