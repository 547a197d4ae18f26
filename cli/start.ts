/** `npm start`: everything up until stopped. */
import { parseArgs } from "node:util";
import { startSystem, writeRunningFile } from "../local/system.ts";
import { parseProfile } from "./profile.ts";
import { runCommand } from "./run-command.ts";

const usage = `Usage: npm start [-- options]

Starts everything on this machine and leaves it running until Ctrl-C.

Options:
  --profile NAME   how long the simulated vendors take: none (default), article, measured-2026
  --running FILE   where to write the addresses of what runs, as JSON, for the other commands; .partyline/running.json by default
  --verbose        shows what the stages and simulators log
`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: "string", default: "none" },
      running: { type: "string", default: ".partyline/running.json" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const system = await startSystem({
    profile: parseProfile(values.profile),
    onProgress: (line) => console.log(`  ${line}`),
    ...(values.verbose ? { onLine: (name: string, line: string) => console.log(`  [${name}] ${line}`) } : {}),
  });
  const description = system.describe();
  const removeFile = await writeRunningFile(values.running, description);
  const simulated = [...system.vendors.simulators.keys()];

  console.log(`
Partyline is up (${(system.bootMs / 1000).toFixed(1)} s). Simulated vendors: ${simulated.join(", ") || "none"}.

  webhook   ${description.webhookUrl}
  number    ${description.numbers.join(", ")}
  dial      ${simulated.includes("twilio") ? "npm run call            (type what the caller says)" : "ring the number with a phone"}
            npm run call -- scenarios/01-search-ask-order-pay.yaml
  log       Kafka ${description.kafka}, schemas ${description.registry}
  database  ${description.postgres}
  metrics   ${Object.entries(description.metricsUrl)
    .map(([name, url]) => `${name} ${url}`)
    .join("\n            ")}
  as JSON   ${values.running}

Ctrl-C ends it.`);

  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    console.log("\nEnding …");
    void removeFile()
      .then(() => system.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  return 0;
}

// A part that does not start says why in its message.
await runCommand(main, [Error]);
