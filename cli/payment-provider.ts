import { readFile } from "node:fs/promises";
import { z } from "zod";

/** There is no payment provider to ask. The message says what to do. */
export class NoProviderError extends Error {}

const running = z.looseObject({ stripeControl: z.string().min(1) });

/**
 * Where the payment provider is and with which key: `STRIPE_SECRET_KEY` with `STRIPE_API_BASE`, else the simulator of the running system by what `npm start` wrote. Throws
 * {@link NoProviderError}.
 */
export async function providerAddress(
  file: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly apiKey: string; readonly baseUrl?: string }> {
  const { STRIPE_SECRET_KEY: apiKey = "", STRIPE_API_BASE: baseUrl = "" } = environment;
  if (apiKey !== "") return baseUrl === "" ? { apiKey } : { apiKey, baseUrl };
  try {
    const { stripeControl } = running.parse(JSON.parse(await readFile(file, "utf8")));
    return { apiKey: "sk_test_simulated", baseUrl: stripeControl };
  } catch {
    throw new NoProviderError(
      `Set STRIPE_SECRET_KEY, or run "npm start" in another terminal first (${file} names no simulator).`,
    );
  }
}
