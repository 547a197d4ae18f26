/** Plays scenarios on a line that runs on this machine: tells the simulated model what the words mean, and changes the shop as the scenario asks. */
import pg from "pg";
import { applyShopControl } from "../scenarios/shop-controls.ts";
import { modelAnswersOf, type Scenario } from "../simulators/caller/scenario-format.ts";
import { type PlayOptions, playScenario, type ScenarioResult } from "../simulators/caller/scenario-player.ts";

/** Where a line with a simulated exchange is. */
export type Line = {
  readonly twilio: {
    readonly twilioControl: string;
    readonly webhookUrl: string;
    readonly statusCallbackUrl: string;
    readonly to: string;
    readonly turnSilenceMs?: number;
  };
  /** Control of the simulated model; without it, a real model understands by itself. */
  readonly geminiControl: string | undefined;
  /** The shop's database; without it, a scenario cannot change the shop. */
  readonly postgres: string | undefined;
  /** Control of the simulated payment provider, for scenarios in which it is slow. */
  readonly stripeControl: string | undefined;
};

/** Plays one call. See {@link playScenario}. */
export async function playOnLine(
  scenario: Scenario,
  line: Line,
  options: Omit<PlayOptions, "twilio" | "hooks"> = {},
): Promise<ScenarioResult> {
  const { postgres, stripeControl } = line;
  const answers = modelAnswersOf(scenario);
  if (line.geminiControl !== undefined && answers.length > 0) await tell(line.geminiControl, "meanings", answers);
  return await playScenario(scenario, {
    ...options,
    twilio: line.twilio,
    ...(postgres === undefined ? {} : { hooks: { control: (change) => changeShop(change, postgres, stripeControl) } }),
  });
}

async function changeShop(change: unknown, postgres: string, stripeControl: string | undefined): Promise<void> {
  const slow = stripeControl === undefined ? undefined : (delayMs: number) => slowPayments(stripeControl, delayMs);
  await withDatabase(postgres, (client) =>
    applyShopControl(change, async (sql, values) => (await client.query(sql, [...values])).rowCount ?? 0, slow),
  );
}

async function slowPayments(stripeControl: string, delayMs: number): Promise<void> {
  await tell(stripeControl, "faults", [{ operation: "payment_intents.create", fault: "delay", delayMs }]);
}

/** Steers a simulator. */
async function tell(controlUrl: string, what: string, body: unknown): Promise<void> {
  const response = await fetch(new URL(`/_control/${what}`, controlUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`a simulator refused to change its ${what}: ${await response.text()}`);
}

/** A connection for a few statements; none of them takes longer than 5 s. */
export async function withDatabase<T>(postgres: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgres, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
