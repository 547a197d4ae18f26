/** `npm run generate`: writes every generated file; with `--check` only compares, and exits 1 when one has drifted. */
import { readFile, writeFile } from "node:fs/promises";
import { dashboard } from "../deploy/dashboards/generate.ts";
import { generate, readSchemas } from "../schemas/generate.ts";
import { pipeline } from "../stages/pipeline.ts";
import { environmentExample } from "./environment-example.ts";
import { errorsDocument } from "./error-table.ts";
import { mermaidOf, tableOf } from "./pipeline-views.ts";
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

const isCheck = process.argv.includes("--check");
for (const { path, make } of targets) {
  const current = await readFile(path, "utf8").catch(() => "");
  const wanted = make(current);
  if (wanted === current) continue;
  if (isCheck) {
    console.error(`${path} does not match its source: run \`npm run generate\` and commit the result.`);
    process.exitCode = 1;
  } else {
    await writeFile(path, wanted);
    console.log(`wrote ${path}`);
  }
}
