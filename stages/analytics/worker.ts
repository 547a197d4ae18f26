import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import { openPostgresWarehouse } from "../../connectors/warehouse/postgres.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { callRowOf, turnRowOf } from "./rows.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (config, host) => {
  const pool = createPool({ ...config, applicationName: "partyline analytics", maxConnections: 1 });
  const warehouse = openPostgresWarehouse({
    pool,
    turnRowOf,
    callRowOf,
    chains: config.auditChains,
    maxWaiting: config.maxWaitingWrites,
    onOverflow: (waiting) => host.fatal(new PartylineError("QUEUE_FULL", `${waiting} writes wait for the database`)),
    onRetry: ({ code, message }, pauseMs) =>
      host.logger.warn({ code, error: message, pauseMs }, "the warehouse was not written; it is tried again"),
  });
  return { ports: { warehouse }, close: () => warehouse.close() };
});
