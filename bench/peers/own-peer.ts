/** Starts the whole system of this repository, with simulated vendors that answer at once. */
import { startSystem } from "../../local/system.ts";
import { teachMeanings } from "../call/measured-line.ts";
import { systemUsage } from "../call/system-usage.ts";
import type { Peer, PeerUsage } from "./peer.ts";

const simulator = /\(simulator\)$/;

/** No acknowledgements: what is measured of every peer is the reply itself. */
const environment = { LOG_LEVEL: "error", PARTYLINE_ANSWER_ACKNOWLEDGE_AFTER_MS: "0" };

/** Resolves when it takes calls. */
export async function startOwn(): Promise<Peer> {
  const system = await startSystem({ profile: "none", environment });
  try {
    const { webhookUrl, statusUrl, twilioAuthToken = "", numbers, geminiControl } = system.describe();
    await teachMeanings(geminiControl);
    return {
      line: {
        url: webhookUrl,
        statusUrl,
        authToken: twilioAuthToken,
        accountSid: system.vendors.environment.TWILIO_ACCOUNT_SID ?? "",
        to: numbers[0] ?? "",
      },
      async processes() {
        const usage: readonly (readonly [string, PeerUsage])[] = [...(await systemUsage(system))];
        return {
          own: new Map(usage.filter(([name]) => !simulator.test(name))),
          vendors: new Map(usage.filter(([name]) => simulator.test(name))),
        };
      },
      stop: () => system.stop(),
    };
  } catch (error) {
    await system.stop();
    throw error;
  }
}
