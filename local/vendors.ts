/** Which vendors are real and which are simulated, and how the stages reach them. A vendor is real when the environment holds its key. */
import { join } from "node:path";
import { type RunningChild, startChild } from "./child-process.ts";
import { freePort } from "./free-port.ts";

export type LatencyProfile = "none" | "article" | "measured-2026";

export type Vendors = {
  /** Environment of the stages: addresses and keys of simulated vendors. Real vendors' settings are in the environment already. */
  readonly environment: Readonly<Record<string, string>>;
  readonly simulators: ReadonlyMap<string, RunningSimulator>;
  /** Where Twilio reaches the gateway. */
  readonly publicUrl: string;
  readonly answerPort: number;
};

export type RunningSimulator = { readonly child: RunningChild; readonly address: string; readonly controlUrl: string };

type Environment = Readonly<Record<string, string | undefined>>;
type StartOptions = {
  readonly environment: Environment;
  readonly profile: LatencyProfile;
  readonly seed: number;
  readonly onLine?: ((name: string, line: string) => void) | undefined;
};

/** What the simulated Twilio and its gateway agree on; of no value anywhere else. */
const SIMULATED_ACCOUNT = { sid: "AC00000000000000000000000000000001", token: "simulated-auth-token-0000000000" };
const SIMULATED_KEY = {
  gemini: "simulated-gemini-key",
  stripe: "sk_test_simulated",
  webhook: "whsec_simulated",
  pay: "sk_test_simulated_connector",
  crm: "pat-simulated",
};

function has(environment: Environment, ...names: readonly string[]): boolean {
  return names.every((name) => (environment[name] ?? "") !== "");
}

/** Starts a simulator for every vendor without a key. When one does not start, those that did are stopped and the error is thrown. */
export async function startVendors(options: StartOptions): Promise<Vendors> {
  const { environment } = options;
  const answerPort = Number(environment.PARTYLINE_ANSWER_PORT ?? "") || (await freePort());
  // Where simulated vendors tell what they did by themselves; all workers of `act` share it.
  const newsUrl = `http://127.0.0.1:${await freePort()}`;
  const isTwilioReal = has(environment, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN");
  if (isTwilioReal && !has(environment, "PUBLIC_URL"))
    throw new Error(
      "TWILIO_ACCOUNT_SID is set, so PUBLIC_URL must say where Twilio reaches this machine, e.g. https://voice.example.com",
    );
  const isStripeReal = has(environment, "STRIPE_SECRET_KEY");
  const stripePort = await freePort();
  // Callers key cards in where both sides of the connector between Twilio and Stripe are simulated; a real one has its own name in the environment.
  const canKeyCards = !isTwilioReal && !isStripeReal;
  const payConnector = { name: "Default", apiBase: `http://127.0.0.1:${stripePort}`, apiKey: SIMULATED_KEY.pay };
  const isGoogleReal = has(environment, "GOOGLE_APPLICATION_CREDENTIALS");
  const wanted: readonly (readonly [string, boolean, Readonly<Record<string, string>>])[] = [
    [
      "twilio",
      isTwilioReal,
      {
        TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.sid,
        TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.token,
        PAY_CONNECTORS: canKeyCards ? JSON.stringify({ [payConnector.name]: payConnector }) : "",
      },
    ],
    ["google-speech", isGoogleReal, {}],
    ["google-text-to-speech", isGoogleReal, {}],
    ["gemini", has(environment, "GEMINI_API_KEY"), { API_KEY: SIMULATED_KEY.gemini }],
    // Only asked for when calls shall be told to it.
    [
      "crm",
      environment.PARTYLINE_CRM !== "hubspot" || has(environment, "CRM_ACCESS_TOKEN"),
      { API_KEY: SIMULATED_KEY.crm },
    ],
    [
      "stripe",
      isStripeReal,
      {
        PORT: String(stripePort),
        API_KEY: SIMULATED_KEY.stripe,
        CLEARED_API_KEY: SIMULATED_KEY.pay,
        WEBHOOK_URL: `${newsUrl}/stripe/webhook`,
        WEBHOOK_SECRET: SIMULATED_KEY.webhook,
      },
    ],
  ];
  const started = await Promise.allSettled(
    wanted
      .filter(([, isReal]) => !isReal)
      .map(async ([name, , extra]) => [name, await startSimulator(name, extra, options)] as const),
  );
  const failed = started.find((result) => result.status === "rejected");
  const simulators = new Map(started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
  if (failed !== undefined) {
    await Promise.all([...simulators.values()].map(({ child }) => child.kill()));
    throw failed.reason;
  }
  const addressOf = (name: string): string => simulators.get(name)?.address ?? "";
  const publicUrl = isTwilioReal ? (environment.PUBLIC_URL ?? "") : `http://127.0.0.1:${answerPort}`;
  return {
    simulators,
    publicUrl,
    answerPort,
    environment: {
      PUBLIC_URL: publicUrl,
      PARTYLINE_ANSWER_PORT: String(answerPort),
      // A second gateway can take over from the first without a balancer.
      PARTYLINE_ANSWER_SHARES_PORT: String(process.platform === "linux"),
      PARTYLINE_ANSWER_HOST: isTwilioReal ? "0.0.0.0" : "127.0.0.1",
      ...(isTwilioReal
        ? {}
        : {
            TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.sid,
            TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.token,
            TWILIO_API_BASE: `http://${addressOf("twilio")}`,
            SMS_STATUS_URL: `${newsUrl}/twilio/message-status`,
            TWILIO_PAY_CONNECTOR: canKeyCards ? payConnector.name : "",
          }),
      ...(isGoogleReal
        ? {}
        : {
            GOOGLE_SPEECH_ENDPOINT: addressOf("google-speech"),
            GOOGLE_TEXT_TO_SPEECH_ENDPOINT: addressOf("google-text-to-speech"),
          }),
      ...(simulators.has("gemini")
        ? { GEMINI_API_KEY: SIMULATED_KEY.gemini, GEMINI_API_BASE: `http://${addressOf("gemini")}` }
        : {}),
      ...(simulators.has("crm")
        ? { CRM_ACCESS_TOKEN: SIMULATED_KEY.crm, CRM_API_BASE: `http://${addressOf("crm")}` }
        : {}),
      ...(simulators.has("stripe")
        ? {
            STRIPE_SECRET_KEY: SIMULATED_KEY.stripe,
            STRIPE_API_BASE: `http://${addressOf("stripe")}`,
            STRIPE_WEBHOOK_SECRET: SIMULATED_KEY.webhook,
            PARTYLINE_ACT_WEBHOOK_HOST: "127.0.0.1",
            PARTYLINE_ACT_WEBHOOK_PORT: new URL(newsUrl).port,
            PAYMENT_DONE_URL: `${publicUrl}/healthz`,
          }
        : {}),
    },
  };
}

async function startSimulator(
  name: string,
  extra: Readonly<Record<string, string>>,
  options: StartOptions,
): Promise<RunningSimulator> {
  const child = await startChild({
    name,
    command: process.execPath,
    args: [join(import.meta.dirname, "..", "simulators", name, "main.ts")],
    env: { ...process.env, PORT: "0", PROFILE: options.profile, SEED: String(options.seed), FAULTS: "", ...extra },
    ready: { kind: "line" },
    readyTimeoutMs: 30_000,
    onLine: (line) => options.onLine?.(name, line),
  });
  const { port, controlPort = port } = child.readyLine as { port: number; controlPort?: number };
  return { child, address: `127.0.0.1:${port}`, controlUrl: `http://127.0.0.1:${controlPort}` };
}
