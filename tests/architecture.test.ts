/** The shape of the repository: who may import whom, what a stage consists of, and what a core may know. Every gate has a canary that must fail. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { basename } from "node:path";
import { before, describe, it } from "node:test";
import { pipeline } from "../stages/pipeline.ts";
import { graphOf, type ImportGraph, importsOf, sources } from "./support/import-graph.ts";
import { faultsIn, impuritiesOf, isTestCode, pureFilesOf } from "./support/import-walls.ts";
import { surprisesIn } from "./support/surprises.ts";

const MAX_LINES = 400;
const cores = pipeline.map(({ name }) => `stages/${name}/core.ts`);

/** A graph of a few made-up modules. */
const fixture = (texts: Readonly<Record<string, string>>): ImportGraph => graphOf(new Map(Object.entries(texts)));

describe("the architecture", () => {
  let texts: ReadonlyMap<string, string>;
  let graph: ImportGraph;
  before(async () => {
    texts = await sources();
    graph = graphOf(texts);
  });

  it("is looked at whole: the graph has every folder, and modules that exist", () => {
    assert.ok(graph.modules.length >= 450, `${graph.modules.length} modules`);
    assert.ok(graph.imports.length >= 1_800, `${graph.imports.length} imports`);
    for (const folder of [
      "cli",
      "connectors",
      "language",
      "local",
      "runtime",
      "schemas",
      "simulators",
      "stages",
      "tests",
    ])
      assert.ok(
        graph.modules.some((path) => path.startsWith(`${folder}/`)),
        folder,
      );
    const known = new Set(graph.modules);
    const own = graph.imports.filter(({ from, target }) => !isTestCode(from) && /^[^@n].*\.(ts|mjs)$/.test(target));
    assert.deepEqual(
      own.filter(({ target }) => !known.has(target)).map(({ from, target }) => `${from} → ${target}`),
      [],
    );
  });

  it("reads every form of import", () => {
    const text = [
      'import a, { b } from "./a.ts";',
      "import {",
      "  c,",
      "  type D,",
      '} from "../runtime/c.ts";',
      'import type { E } from "@scope/name/deep";',
      'import { type F, type G } from "node:fs";',
      'export { h } from "./h.ts";',
      'export * from "./i.ts";',
      'import "./j.ts";',
      'const k = await import("kafkajs");',
      'const l = await import(name + ".ts");',
      '// import("./comment.ts")',
    ].join("\n");
    assert.deepEqual(
      importsOf("stages/x.ts", text).map(({ target, isTypeOnly }) => [target, isTypeOnly]),
      [
        ["stages/a.ts", false],
        ["runtime/c.ts", false],
        ["@scope/name", true],
        ["node:fs", true],
        ["stages/h.ts", false],
        ["stages/i.ts", false],
        ["stages/j.ts", false],
        ["kafkajs", false],
        ["(computed)", false],
      ],
    );
  });

  it("keeps the import walls", () => {
    assert.deepEqual(faultsIn(graph), []);
  });

  const broken: Readonly<Record<string, readonly [from: string, text: string]>> = {
    "a stage that imports another": ["stages/act/core.ts", 'import { x } from "../speak/core.ts";'],
    "a stage that imports another's types": ["stages/act/core.ts", 'import type { X } from "../speak/core.ts";'],
    "a list that takes more than declarations": ["stages/pipeline.ts", 'import { x } from "./act/core.ts";'],
    "a command that reaches for a declaration": ["cli/x.ts", 'import { stage } from "../stages/act/stage.ts";'],
    "a worker that is imported": ["cli/x.ts", 'import "../stages/act/worker.ts";'],
    "a core with an adapter": ["stages/act/core.ts", 'import { x } from "../../connectors/orders/postgres.ts";'],
    "a declaration with an adapter": [
      "stages/act/stage.ts",
      'import { x } from "../../connectors/orders/postgres.ts";',
    ],
    "a port that is more than a type": ["stages/act/core.ts", 'import { x } from "../../connectors/orders/port.ts";'],
    "an SDK in a stage": ["stages/act/worker.ts", 'import Stripe from "stripe";'],
    "an SDK in another connector": ["connectors/orders/postgres.ts", 'import Stripe from "stripe";'],
    "an SDK's type in the runtime": ["runtime/run.ts", 'import type { Kafka } from "kafkajs";'],
    "a package without a place": ["runtime/run.ts", 'import _ from "lodash";'],
    "an adapter that knows another": ["connectors/orders/postgres.ts", 'import { x } from "../payments/stripe.ts";'],
    "an adapter that knows a simulator": [
      "connectors/payments/stripe.ts",
      'import { x } from "../../simulators/stripe/sid.ts";',
    ],
    "an adapter that knows the local stack": [
      "connectors/postgres/pool.ts",
      'import { x } from "../../local/postgres.ts";',
    ],
    "a simulator that knows an adapter": [
      "simulators/stripe/server.ts",
      'import { x } from "../../connectors/payments/stripe.ts";',
    ],
    "a simulator that knows a schema": [
      "simulators/stripe/server.ts",
      'import type { X } from "../../schemas/topics.ts";',
    ],
    "a runtime that knows a connector": ["runtime/run.ts", 'import { x } from "../connectors/kafka/kafkajs.ts";'],
    "a schema that knows the runtime": ["schemas/topics.ts", 'import { x } from "../runtime/codec.ts";'],
    "a product that uses a test's code": ["connectors/payments/stripe.ts", 'import { x } from "./contract.ts";'],
    "a path of this machine": ["runtime/run.ts", 'import { x } from "/opt/x.ts";'],
    "a path out of the repository": ["runtime/run.ts", 'import { x } from "../../x.ts";'],
    "a computed name": ["runtime/run.ts", "await import(name);"],
  };
  for (const [what, [from, text]] of Object.entries(broken))
    it(`canary: refuses ${what}`, () => {
      assert.equal(faultsIn(fixture({ [from]: text })).length > 0, true);
    });

  it("lets through what is allowed", () => {
    const allowed = fixture({
      "stages/act/core.ts": 'import type { X } from "../../connectors/orders/port.ts";\nimport { y } from "./y.ts";',
      "stages/act/settings.ts": 'import { x } from "../../connectors/postgres/settings.ts";',
      "stages/act/worker.ts": 'import { x } from "../../connectors/payments/stripe.ts";',
      "connectors/payments/stripe.ts": 'import Stripe from "stripe";\nimport { e } from "../../runtime/errors.ts";',
      "connectors/orders/postgres.test.ts": 'import { x } from "../../simulators/stripe/server.ts";',
    });
    assert.deepEqual(faultsIn(allowed), []);
  });
});

describe("cores", () => {
  let texts: ReadonlyMap<string, string>;
  let graph: ImportGraph;
  before(async () => {
    texts = await sources();
    graph = graphOf(texts);
  });

  for (const core of cores) {
    it(`${core} reaches nothing that could surprise it`, () => {
      assert.ok(graph.modules.includes(core), "the core exists");
      assert.deepEqual(impuritiesOf(graph, core), []);
    });

    it(`${core} and its pure files have no clock, no randomness and no I/O`, () => {
      const found = pureFilesOf(graph, core).flatMap((path) =>
        surprisesIn(texts.get(path) ?? "").map((surprise) => `${path}: ${surprise}`),
      );
      assert.deepEqual(found, []);
    });
  }

  it("canary: refuses what a core reaches through other files", () => {
    const deep = fixture({
      "stages/act/core.ts": 'import { a } from "./a.ts";',
      "stages/act/a.ts": 'import { b } from "../../language/b.ts";',
      "language/b.ts": 'import { readFileSync } from "node:fs";',
    });
    assert.deepEqual(impuritiesOf(deep, "stages/act/core.ts"), [
      "stages/act/core.ts → stages/act/a.ts → language/b.ts → node:fs",
    ]);
    const sdk = fixture({ "stages/act/core.ts": 'import Stripe from "stripe";' });
    assert.deepEqual(impuritiesOf(sdk, "stages/act/core.ts"), ["stages/act/core.ts → stripe"]);
    const identity = fixture({
      "stages/act/core.ts": 'import { deriveId } from "../../runtime/identity.ts";',
      "runtime/identity.ts": 'import { createHash } from "node:crypto";',
    });
    assert.deepEqual(impuritiesOf(identity, "stages/act/core.ts"), []);
  });

  const surprising: readonly string[] = [
    "const at = Date.now();",
    "const at = new Date();",
    "const at = performance.now();",
    "const n = Math.random();",
    "const id = crypto.randomUUID();",
    "const home = process.env.HOME;",
    "setTimeout(work, 5);",
    "await fetch(url);",
    'console.log("x");',
    "globalThis.count = 1;",
  ];
  for (const text of surprising)
    it(`canary: sees ${text}`, () => {
      assert.equal(surprisesIn(text).length, 1);
    });

  it("lets through dates and words that only look like it", () => {
    const harmless = [
      "const day = new Date(at).toISOString();",
      'const said = "setTimeout(work, 5)";',
      "// Date.now() would be a clock.",
      "/* Math.random() */",
      "const process_ = state.process;",
    ];
    for (const text of harmless) assert.deepEqual(surprisesIn(text), [], text);
  });
});

describe("the repository", () => {
  let texts: ReadonlyMap<string, string>;
  before(async () => {
    texts = await sources();
  });

  it("has the same five files in every stage", () => {
    assert.equal(pipeline.length, 8);
    const missing = pipeline.flatMap(({ name }) =>
      ["stage.ts", "core.ts", "worker.ts", "README.md", "core.test.ts"]
        .map((file) => `stages/${name}/${file}`)
        .filter((path) => !existsSync(path)),
    );
    assert.deepEqual(missing, []);
  });

  it("lists every stage folder in the pipeline", async () => {
    const folders: string[] = [];
    for await (const path of glob("stages/*/stage.ts")) folders.push(path.split("/")[1] ?? "");
    assert.deepEqual(folders.sort(), pipeline.map(({ name }) => name).sort());
  });

  it("keeps workers thin", () => {
    for (const { name } of pipeline) {
      const lines = (texts.get(`stages/${name}/worker.ts`) ?? "").split("\n").length - 1;
      assert.ok(lines <= 45, `stages/${name}/worker.ts has ${lines} lines`);
    }
  });

  it(`has no file over ${MAX_LINES} lines`, () => {
    const long = [...texts]
      .filter(([path]) => !path.startsWith("schemas/generated/"))
      .map(([path, text]) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ path, lines }) => `${path}: ${lines}`);
    assert.deepEqual(long, []);
  });

  it("names files after what they hold: kebab-case, no drawers for everything", () => {
    const drawers = /^(index|utils?|helpers?|common|misc|types|constants)\.(ts|mjs)$/;
    const odd = [...texts.keys()].filter((path) => {
      const name = basename(path);
      return drawers.test(name) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.(ts|mjs)$/.test(name);
    });
    assert.deepEqual(odd, []);
    assert.match("utils.ts", drawers);
  });

  it("leaves nothing for later", () => {
    const later = new RegExp(`\\b(${["TO", "DO"].join("")}|${["FIX", "ME"].join("")})\\b`);
    const found = [...texts].filter(([, text]) => later.test(text)).map(([path]) => path);
    assert.deepEqual(found, []);
  });

  it("gives a reason for every suppression", () => {
    const bare =
      /biome-ignore(?![^\n]*: \S)|@ts-(ignore|nocheck)|@ts-expect-error(?! \S)|oxlint-disable(?![^\n]*-- \S)/;
    const found = [...texts]
      .filter(([path, text]) => path !== "tests/architecture.test.ts" && bare.test(text))
      .map(([path]) => path);
    assert.deepEqual(found, []);
  });

  it("uses every package of the design in the product itself", () => {
    const product = graphOf(texts).imports.filter(({ from }) => !isTestCode(from) && !from.startsWith("simulators/"));
    const used = new Set(product.map(({ target }) => target));
    const wanted = [
      "kafkajs",
      "@kafkajs/confluent-schema-registry",
      "ws",
      "twilio",
      "@google-cloud/speech",
      "@google-cloud/text-to-speech",
      "@google/genai",
      "pg",
      "pgvector",
      "ioredis",
      "stripe",
      "avsc",
      "prom-client",
    ];
    assert.deepEqual(
      wanted.filter((name) => !used.has(name)),
      [],
    );
  });

  it("pins every dependency exactly, and the lock file agrees", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
      packages: Record<string, { version?: string }>;
    };
    const pinned = Object.entries({ ...dependencies, ...devDependencies });
    assert.ok(pinned.length >= 30);
    for (const [name, version] of pinned) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
    }
    assert.equal(readFileSync(".nvmrc", "utf8").trim(), dependencies.node);
  });
});

type Manifest = { readonly dependencies: Record<string, string>; readonly devDependencies: Record<string, string> };
