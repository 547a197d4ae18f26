import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { openRedisRiskHistory } from "../../connectors/risk-history/redis.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async (_config, host) => {
  const riskHistory = openRedisRiskHistory(host.redisUrl, (error) =>
    host.logger.warn({ code: "VENDOR_UNAVAILABLE", error: error.message }, "the risk history did not answer"),
  );
  return { ports: { riskHistory }, close: async () => riskHistory.close() };
});
