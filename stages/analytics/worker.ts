import { Gauge } from "prom-client";
import { openCustomerRelations } from "../../connectors/crm/customer-relations.ts";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import { openPostgresWarehouse } from "../../connectors/warehouse/postgres.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { callRowOf, turnRowOf } from "./rows.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config, host) => {
  const relations = openCustomerRelations(config, host.metrics, (error, pauseMs) =>
    host.logger.warn(
      { code: error.code, error: error.message, pauseMs },
      "a call could not be told; it is tried again",
    ),
  );
  const warehouse = openPostgresWarehouse({
    pool: createPool({ ...config, applicationName: "partyline analytics", maxConnections: 1 }),
    turnRowOf,
    callRowOf,
    inSameTransaction: relations.noteChanges,
    chains: config.auditChains,
    maxWaiting: config.maxWaitingWrites,
    writeDelayMs: config.writeDelayMs,
    onOverflow: (waiting) => host.fatal(new PartylineError("QUEUE_FULL", `${waiting} writes wait for the database`)),
    onRetry: ({ code, message }, pauseMs) =>
      host.logger.warn({ code, error: message, pauseMs }, "the warehouse was not written; it is tried again"),
  });
  const name = "partyline_warehouse_waiting_writes";
  const help = "Records that wait to be written to the warehouse";
  new Gauge({
    name,
    help,
    registers: [host.metrics],
    collect() {
      this.set(warehouse.waiting);
    },
  });
  const close = async () => {
    await Promise.all([relations.close(), warehouse.close()]);
  };
  return { ports: { warehouse, interactions: relations.interactions }, close };
});
