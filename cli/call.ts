import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { dial } from "../simulators/caller/dial.ts";
import { parseScenario, ScenarioError } from "../simulators/caller/scenario-format.ts";
import type { CallEvent, SimulatedCall } from "../simulators/caller/simulated-call.ts";
import { type Line, playOnLine } from "./play-on-line.ts";
import { turnSilenceMs } from "./query-calls.ts";
import { playQueries, queryWords, readCatalogue, readQueries } from "./query-run.ts";
import { sellCatalogue } from "./sell-catalogue.ts";

/** What `npm start` wrote about the system that it runs, as far as a caller needs it. */
const running = z.looseObject({
  webhookUrl: z.url(),
  /** Where Twilio reports the end of a call; beside the voice webhook unless given. */
  statusUrl: z.url().optional(),
  twilioControl: z.url().optional(),
  geminiControl: z.url().optional(),
  postgres: z.string().optional(),
  stripeControl: z.url().optional(),
  numbers: z.array(z.string()).min(1),
});

const usage = `Usage: npm run call -- [scenario file] [options]

Calls the line that "npm start" runs. Without a scenario you type what the caller says:
  /press 1#   presses keys        /bye   hangs up

Options:
  --record FILE    keeps both sides of the call as a stereo WAV
  --from NUMBER    the caller's number (without a scenario), +12025550143 by default
  --queries FILE   the caller asks for everything in this list (JSON lines), in several calls at once
  --products FILE  sells this catalogue (JSON lines) from now on instead of what is in the database
  --patience N     multiplies all waiting times of a scenario
  --running FILE   what "npm start" wrote, .partyline/running.json by default
`;

const pipedReplyMs = 20_000;
const callsAtOnce = 3;

class CallError extends Error {}

async function readRunning(path: string): Promise<Line> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw new CallError(`Nothing is running here (there is no ${path}). Run "npm start" in another terminal first.`);
  }
  const parsed = running.safeParse(readJson(text));
  if (!parsed.success) throw new CallError(`${path} is not what "npm start" writes:\n${z.prettifyError(parsed.error)}`);
  const { webhookUrl, statusUrl, twilioControl, geminiControl, stripeControl, postgres, numbers } = parsed.data;
  if (twilioControl === undefined)
    throw new CallError(
      "The system runs with the real Twilio: dial its number with a phone, or start it without TWILIO_ACCOUNT_SID.",
    );
  const statusCallbackUrl = statusUrl ?? new URL("status", webhookUrl).href;
  return {
    twilio: { twilioControl, webhookUrl, statusCallbackUrl, to: numbers[0] ?? "" },
    geminiControl,
    postgres,
    stripeControl,
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeEvent(event: CallEvent): string | undefined {
  switch (event.kind) {
    case "agent-said":
      return `agent   ${event.text}${event.isCut ? " —" : ""}`;
    case "caller-said":
      return `caller  ${event.text}`;
    case "caller-pressed":
      return `caller  presses ${event.keys}`;
    case "transferred":
      return "        (the call is transferred to a person)";
    case "ended":
      return `        (the call ended: ${event.reason})`;
    case "agent-cleared":
      return undefined;
  }
}

async function converse(call: SimulatedCall): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: "> " });
  void call.ended.then(() => terminal.close());
  terminal.on("SIGINT", () => terminal.close());
  // Lines of a pipe that has ended are still to be said, without a prompt: readline refuses one then.
  let isOpen = true;
  terminal.on("close", () => {
    isOpen = false;
  });
  terminal.prompt();
  for await (const line of terminal) {
    const text = line.trim();
    try {
      if (text === "/bye") break;
      if (text.startsWith("/press ")) await call.press(text.slice("/press ".length).replace(/\s/g, ""));
      else if (text.startsWith("/")) process.stdout.write("        (there are /press KEYS and /bye)\n");
      else if (text !== "") await call.say(text);
      // A person hears when the agent has finished; text from a pipe must wait for it.
      if (!process.stdin.isTTY && !text.startsWith("/")) await call.hearTurn(pipedReplyMs);
    } catch (error) {
      if (call.isOver) break;
      process.stdout.write(`        (${error instanceof Error ? error.message : String(error)})\n`);
    }
    if (isOpen && !call.isOver) terminal.prompt();
  }
  terminal.close();
  await call.hangUp();
}

async function playFile(file: string, options: CallOptions): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new CallError(`There is no scenario ${file}; see the folder scenarios.`);
  });
  const scenario = parseScenario(text, file);
  process.stdout.write(`${scenario.title}\n\n`);
  const result = await playOnLine(scenario, options.line, {
    patience: options.patience,
    onEvent: printEvent,
    ...(options.record === undefined ? {} : { recordTo: options.record }),
  });
  for (const failure of result.failures) process.stdout.write(`\nNot as the scenario expects: ${failure}\n`);
  return result.outcome === "passed";
}

async function sell(file: string, { postgres }: Line): Promise<void> {
  if (postgres === undefined) throw new CallError("What runs does not say where its database is.");
  const products = await readCatalogue(file);
  process.stdout.write(`Loading ${products.length} products …\n`);
  await sellCatalogue(products, postgres);
}

async function askAll(file: string, { line, patience }: CallOptions): Promise<boolean> {
  const twilio = { ...line.twilio, turnSilenceMs };
  const queries = await playQueries(await readQueries(file), callsAtOnce, (scenario, label) =>
    playOnLine(scenario, { ...line, twilio }, { patience, onEvent: (event) => printEvent(event, `${label} `) }),
  );
  for (const words of queryWords(queries)) process.stdout.write(`${words}\n`);
  return queries.every(({ violations }) => violations.length === 0);
}

type CallOptions = {
  readonly line: Line;
  readonly patience: number;
  readonly record: string | undefined;
};

function printEvent(event: CallEvent, label = ""): void {
  const text = describeEvent(event);
  // On a terminal the line may begin with a prompt, or with what is being typed.
  const lineStart = process.stdout.isTTY ? "\r\u001b[K" : "";
  if (text !== undefined) process.stdout.write(`${lineStart}${label}${text}\n`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      record: { type: "string" },
      from: { type: "string", default: "+12025550143" },
      queries: { type: "string" },
      products: { type: "string" },
      patience: { type: "string", default: "1" },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const patience = Number(values.patience);
  if (!(patience > 0 && patience <= 100)) throw new CallError("--patience must be a number above 0, up to 100");
  const [file, ...others] = positionals;
  if (others.length > 0) throw new CallError(`One scenario at a time, please.\n\n${usage}`);
  const line = await readRunning(values.running);
  const options = { line, patience, record: values.record };
  if (values.products !== undefined) await sell(values.products, line);
  if (values.queries !== undefined) return (await askAll(values.queries, options)) ? 0 : 1;
  if (file !== undefined) return (await playFile(file, options)) ? 0 : 1;
  const call = await dial({
    ...line.twilio,
    from: values.from,
    isRecorded: values.record !== undefined,
    onEvent: printEvent,
  });
  await converse(call);
  if (values.record !== undefined) await call.recordWav(values.record);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isMisspelt = String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
  const isPlain = isMisspelt || error instanceof CallError || error instanceof ScenarioError;
  const hint = isPlain ? "" : '\nIs "npm start" still running?';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exitCode = 1;
}
