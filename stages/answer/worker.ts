import { hostname } from "node:os";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { openTwilioTelephony } from "../../connectors/telephony/twilio.ts";
import { loadVoiceActivity } from "../../connectors/voice-activity/web-rtc.ts";
import { stage } from "./stage.ts";

/** The last calls to be handed over have this long to say good-bye. */
const handOverGraceMs = 1_000;

await runWorker(stage, async (config, host) => {
  const openDetector = await loadVoiceActivity();
  const line = await openTwilioTelephony({
    ...config,
    openDetector,
    gatewayId: `${hostname()}-${process.pid}`,
    redisUrl: host.redisUrl,
    metrics: host.metrics,
    deliver: (callSid, event) => host.deliver(callSid, "telephony", "listen", event),
  });
  const { telephony, port } = line;
  return {
    ports: { telephony },
    replyPartition: config.replyPartition,
    ready: { port },
    // Calls go on elsewhere one by one; what is left then is closed while its last audio and its end still reach the log.
    async drain(hurry) {
      await line.leave(config.handOverWithinMs + handOverGraceMs, hurry);
      await line.close();
    },
  };
});
