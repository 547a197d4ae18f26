/** `npm run generate`: writes every generated file. */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { dashboard } from "../deploy/dashboards/generate.ts";
import { generate, readSchemas } from "../schemas/generate.ts";
import { pipeline } from "../stages/pipeline.ts";
import { environmentExample } from "./environment-example.ts";
import { errorsDocument } from "./error-table.ts";
import { mermaidOf, tableOf } from "./pipeline-views.ts";
import { runCommand } from "./run-command.ts";
import { topicCatalogue } from "./topic-catalogue.ts";

/** Replaces what stands between two marker comments of a document. */
function between(document: string, marker: string, content: string): string {
  const begin = `<!-- ${marker}:begin -->`;
  const end = `<!-- ${marker}:end -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document has no ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}

const targets: readonly { readonly path: string; readonly make: (current: string) => string }[] = [
  { path: "schemas/generated/records.ts", make: () => generate(readSchemas()) },
  { path: ".env.example", make: () => environmentExample(pipeline) },
  { path: "docs/errors.md", make: errorsDocument },
  { path: "schemas/README.md", make: topicCatalogue },
  { path: "deploy/dashboards/stages.json", make: dashboard },
  { path: "README.md", make: (current) => between(current, "pipeline", tableOf(pipeline)) },
  {
    path: "ARCHITECTURE.md",
    make: (current) => between(current, "graph", `\`\`\`mermaid\n${mermaidOf(pipeline)}\n\`\`\``),
  },
];

const usage = `Usage: npm run generate [-- --check]

Writes every generated file: ${targets.map(({ path }) => path).join(", ")}.

  --check   only compares, and ends with 1 when one has drifted
`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  let hasDrifted = false;
  for (const { path, make } of targets) {
    const current = await readFile(path, "utf8").catch(() => "");
    const wanted = make(current);
    if (wanted === current) continue;
    if (values.check) {
      console.error(`${path} does not match its source: run \`npm run generate\` and commit the result.`);
      hasDrifted = true;
    } else {
      await writeFile(path, wanted);
      console.log(`wrote ${path}`);
    }
  }
  return hasDrifted ? 1 : 0;
}

await runCommand(main, []);
