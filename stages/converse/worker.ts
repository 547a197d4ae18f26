import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { stage } from "./stage.ts";

await runWorker(stage, async () => ({ ports: {}, close: async () => {} }));
