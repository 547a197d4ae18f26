/** `npm run pipeline`: stages, topics and their flow. */
import { parseArgs } from "node:util";
import { pipeline } from "../stages/pipeline.ts";
import { jsonOf, mermaidOf, tableOf } from "./pipeline-views.ts";
import { runCommand } from "./run-command.ts";

const views = { table: tableOf, mermaid: mermaidOf, json: jsonOf } as const;
const usage = `Usage: npm run pipeline [-- --format ${Object.keys(views).join("|")}]

Prints the stages, what each reads and writes, and what it does; as a table by default.
`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { format: { type: "string", default: "table" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const view = views[values.format as keyof typeof views];
  if (view === undefined) throw new RangeError(`--format must be one of ${Object.keys(views).join(", ")}`);
  console.log(view(pipeline));
  return 0;
}

await runCommand(main, [RangeError]);
