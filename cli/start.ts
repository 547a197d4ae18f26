/** `npm start`: everything up until stopped. `--profile none|article|measured-2026`, `--running FILE`. */
import { parseArgs } from "node:util";
import { startSystem, writeRunningFile } from "../local/system.ts";
import { parseProfile } from "./profile.ts";

const { values } = parseArgs({
  options: {
    profile: { type: "string", default: "none" },
    running: { type: "string", default: ".partyline/running.json" },
    verbose: { type: "boolean", default: false },
  },
});

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
