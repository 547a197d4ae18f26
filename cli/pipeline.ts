/** `npm run pipeline -- --format table|mermaid|json`: stages, topics and their flow. */
import { parseArgs } from "node:util";
import { pipeline } from "../stages/pipeline.ts";
import { jsonOf, mermaidOf, tableOf } from "./pipeline-views.ts";

const views = { table: tableOf, mermaid: mermaidOf, json: jsonOf } as const;
const { values } = parseArgs({ options: { format: { type: "string", default: "table" } } });
const view = views[values.format as keyof typeof views];
if (view === undefined) {
  console.error(`--format must be one of ${Object.keys(views).join(", ")}`);
  process.exit(2);
}
console.log(view(pipeline));
