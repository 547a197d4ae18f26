/** The documents say what is there: every link, path, command, setting, error code and metric that they name exists. Every check has a canary that must fail. */
import assert from "node:assert/strict";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { collectDefaultMetrics, Registry } from "prom-client";
import { parse } from "yaml";
import { errorCodes } from "../../runtime/errors.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { pipeline } from "../../stages/pipeline.ts";
import {
  brokenLinks,
  type Exists,
  metricsIn,
  missingPaths,
  npmScriptsIn,
  stageSettingsIn,
} from "../support/document-claims.ts";

const root = join(import.meta.dirname, "..", "..");
const hidden = ["node_modules", ".git", ".partyline"];
const found = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: (name) => hidden.includes(name) }).map((path) => path.replaceAll("\\", "/"));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const stages = pipeline.map(({ name }) => name);

const everything = new Set(found("**/*"));
const names = new Set([...everything].map((path) => path.split("/").at(-1) ?? ""));
const exists: Exists = (path) => {
  const plain = path.replace(/\/$/, "");
  if (plain === "." || everything.has(plain)) return true;
  if (plain.startsWith("**/")) return names.has(plain.slice(3)) || found(plain.slice(3)).length > 0;
  return found(plain).length > 0;
};
const topFolders = new Set(
  readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])),
);

describe("the documents", () => {
  let documents: ReadonlyMap<string, string>;
  before(() => {
    documents = new Map(found("**/*.md").map((path) => [path, read(path)]));
  });

  it("are all looked at", () => {
    assert.ok(documents.size >= 40, `${documents.size} documents`);
    for (const path of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/spec/runtime.md"])
      assert.ok(documents.has(path), path);
  });

  it("link to what exists", () => {
    const broken = [...documents.keys()].flatMap((path) =>
      brokenLinks(path, documents, exists).map((target) => `${path} → ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("name files and folders that exist", () => {
    const missing = [...documents].flatMap(([path, text]) =>
      missingPaths(path, text, exists, topFolders).map((token) => `${path}: ${token}`),
    );
    assert.deepEqual(missing, []);
  });

  it("name commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const unknown = [...documents].flatMap(([path, text]) =>
      npmScriptsIn(text)
        .filter((script) => scripts[script] === undefined)
        .map((script) => `${path}: npm run ${script}`),
    );
    assert.deepEqual(unknown, []);
  });

  it("name settings that exist", () => {
    const known = new Set(stageSettingsIn(read(".env.example"), stages));
    const unknown = [...documents].flatMap(([path, text]) =>
      stageSettingsIn(text, stages)
        .filter((variable) => !known.has(variable))
        .map((variable) => `${path}: ${variable}`),
    );
    assert.deepEqual(unknown, []);
  });

  it("list exactly the error codes that there are", () => {
    const listed = [...(documents.get("docs/errors.md") ?? "").matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
    assert.deepEqual(listed, Object.keys(errorCodes));
  });

  it("name, with alerts and dashboards, metrics that the code has", () => {
    const declared = found("{connectors,runtime,stages}/**/*.ts").flatMap((path) =>
      [...read(path).matchAll(/name: "(partyline_[a-z_]+)"/g)].map(([, name]) => name ?? ""),
    );
    const known = new Set(declared);
    assert.ok(known.size >= 20);
    const texts = [...documents, ...["deploy/alerts/stages.yml", "deploy/dashboards/stages.json"].map(withText)];
    const unknown = texts.flatMap(([path, text]) =>
      metricsIn(text)
        .filter((name) => !known.has(name))
        .map((name) => `${path}: ${name}`),
    );
    assert.deepEqual(unknown, []);
  });
});

const withText = (path: string): readonly [string, string] => [path, read(path)];

describe("alerts and dashboard", () => {
  type Rule = { readonly alert: string; readonly expr: string; readonly annotations: Record<string, string> };
  const { groups } = parse(read("deploy/alerts/stages.yml")) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] };
  const { panels } = JSON.parse(read("deploy/dashboards/stages.json")) as { panels: Panel[] };
  const queries = [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  it("have an expression for each, and a runbook that exists for each alert", () => {
    assert.ok(rules.length >= 8 && panels.length >= 10);
    for (const { alert, expr, annotations } of rules) {
      assert.ok(expr.length > 0, alert);
      assert.ok(exists(annotations.runbook ?? ""), `${alert}: ${annotations.runbook}`);
    }
  });

  it("use labels and process metrics that workers really export", async () => {
    const { registry } = createMetrics("any");
    const known = new Set(["stage", "job", "instance", "le", "kind", "tool"]);
    for (const metric of registry.getMetricsAsArray())
      for (const label of (metric as unknown as { labelNames: string[] }).labelNames) known.add(label);
    const labels = queries.flatMap((query) => [
      ...[...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? "").split(",").map((l) => l.trim())),
      ...[...query.matchAll(/[{,]\s*([a-z_]+)\s*(?:=~|!=|=)/g)].map(([, label]) => label ?? ""),
    ]);
    assert.ok(labels.length > 20);
    assert.deepEqual(
      labels.filter((label) => !known.has(label)),
      [],
    );
    const process = new Registry();
    collectDefaultMetrics({ register: process });
    const processNames = new Set(process.getMetricsAsArray().map(({ name }) => name));
    const used = queries.flatMap((query) => [...query.matchAll(/\bprocess_[a-z_]+/g)].map(([name]) => name));
    assert.ok(used.length > 0);
    assert.deepEqual(
      used.filter((name) => !processNames.has(name)),
      [],
    );
  });
});

describe("canaries", () => {
  const documents = new Map([
    [
      "docs/a.md",
      "[gone](gone.md) [here](b.md) [anchor](b.md#not-there) [good](b.md#a-heading) [out](https://x.example/y)",
    ],
    ["docs/b.md", "# A heading\n"],
  ]);
  const only: Exists = (path) =>
    ["docs/a.md", "docs/b.md", "runtime", "runtime/run.ts"].includes(path.replace(/\/$/, ""));
  const folders = new Set(["runtime", "docs"]);

  it("sees links that lead nowhere", () => {
    assert.deepEqual(brokenLinks("docs/a.md", documents, only), ["gone.md", "b.md#not-there"]);
  });

  it("sees paths that are not there, and no others", () => {
    const text =
      "`runtime/run.ts` `runtime/gone.ts` `nowhere.ts` `b.md` `runtime/` `text/plain` `stages/<verb>/x.ts` `{ a: 1 }`";
    assert.deepEqual(missingPaths("docs/a.md", text, only, folders), ["runtime/gone.ts", "nowhere.ts"]);
  });

  it("sees commands, metrics and settings", () => {
    assert.deepEqual(npmScriptsIn("`npm run call -- x` and npm run no-such"), ["call", "no-such"]);
    assert.deepEqual(metricsIn("rate(partyline_hop_seconds_bucket[5m]) partyline_no_such_total{a=1}"), [
      "partyline_hop_seconds",
      "partyline_no_such_total",
    ]);
    assert.deepEqual(stageSettingsIn("PARTYLINE_ACT_FOO_MS PARTYLINE_CACHE", ["act"]), ["PARTYLINE_ACT_FOO_MS"]);
  });
});
