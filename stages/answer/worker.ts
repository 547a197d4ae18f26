import { hostname } from "node:os";
import { runWorker } from "../../connectors/kafka/run-worker.ts";
import { openTwilioTelephony } from "../../connectors/telephony/twilio.ts";
import { loadVoiceActivity } from "../../connectors/voice-activity/web-rtc.ts";
import { stage } from "./stage.ts";

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
    // The sockets are closed while their last audio and their end still reach the log; Twilio then asks where the calls go on.
    drain: () => line.close(),
  };
});
