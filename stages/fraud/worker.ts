import { Counter } from "prom-client";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { openRedisRiskHistory } from "../../connectors/risk-history/redis.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (_config, host) => {
  const unanswered = new Counter({
    name: "partyline_risk_history_unanswered_total",
    help: "Assessments that were made without the caller's history",
    registers: [host.metrics],
  });
  const riskHistory = openRedisRiskHistory(host.redisUrl, (error) => {
    unanswered.inc();
    host.logger.warn({ code: "VENDOR_UNAVAILABLE", error: error.message }, "the risk history did not answer");
  });
  return { ports: { riskHistory }, close: async () => riskHistory.close() };
});
