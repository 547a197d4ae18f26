/** Makes the calls of a load in this process and measures them, and itself. */
import { randomUUID } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { createFaultScript } from "../../simulators/kit/fault-script.ts";
import { createSidSource } from "../../simulators/twilio/sid.ts";
import { createTicker } from "../../simulators/twilio/ticker.ts";
import { WebhookClient } from "../../simulators/twilio/webhook-client.ts";
import { quantilesOf } from "../quantiles.ts";
import { spokenLine } from "./caller-speech.ts";
import { LoadCall, type LoadSurroundings } from "./load-call.ts";
import type { Load, LoadReport } from "./plan.ts";

const loopSamplingMs = 10;
const nanosecondsPerMs = 1e6;

/** A load whose speech is made, so that it can begin at once. */
export type PreparedLoad = {
  /** Ends when every caller has said all lines; callers who begin no further line when `enough` is aborted end before. */
  run(enough?: AbortSignal): Promise<LoadReport>;
};

/** Makes all speech. Throws for a text that cannot be spoken. */
export function prepareLoad(load: Load): PreparedLoad {
  const sids = createSidSource(randomUUID());
  const planned = load.calls.map(({ from, lines, startsAfterMs }) => ({
    startsAfterMs,
    identity: {
      callSid: sids("CA"),
      accountSid: load.accountSid,
      request: { from, to: load.to, webhookUrl: load.url },
    },
    lines: lines.map((text, index) => spokenLine(text, index + 1, load.audio)),
  }));
  return {
    async run(enough) {
      const ticker = createTicker();
      const faults = createFaultScript([], 1);
      const webhooks = new WebhookClient({
        authToken: load.authToken,
        faults,
        connectTo: {},
        onTry: () => undefined,
      });
      const around: LoadSurroundings = {
        load,
        webhooks,
        faults,
        addTick: (tick) => ticker.add(tick),
        makeStreamSid: () => sids("MZ"),
        ...(enough === undefined ? {} : { enough }),
      };
      const loop = monitorEventLoopDelay({ resolution: loopSamplingMs });
      loop.enable();
      const cpuBefore = process.cpuUsage();
      try {
        const results = await Promise.all(
          planned.map(async ({ startsAfterMs, identity, lines }) => {
            await delay(startsAfterMs);
            return await new LoadCall(identity, lines, around).run();
          }),
        );
        const { user, system } = process.cpuUsage(cpuBefore);
        loop.disable();
        return {
          calls: results.map(({ measured }) => measured),
          own: {
            frameLateness: quantilesOf(results.flatMap(({ lateness }) => lateness)),
            eventLoopP99Ms: Math.max(0, loop.percentile(99) / nanosecondsPerMs - loopSamplingMs),
          },
          cpuSeconds: (user + system) / 1e6,
          residentBytes: process.memoryUsage.rss(),
        };
      } finally {
        ticker.stop();
        webhooks.close();
      }
    },
  };
}
