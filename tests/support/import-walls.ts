/** The import walls: what may know of what. Each rule says why it is there; ARCHITECTURE.md draws the same picture. */
import { COMPUTED, type Import, type ImportGraph, reachedFrom } from "./import-graph.ts";

export type Wall = {
  readonly name: string;
  readonly why: string;
  /** What is wrong with an import; null when nothing is. */
  readonly fault: (edge: Import) => string | null;
};

const folderOf = (path: string, depth: number): string => path.split("/").slice(0, depth).join("/");
const top = (path: string): string => folderOf(path, 1);
const isOwn = (path: string): boolean => /\.(ts|mjs)$/.test(path);
const isPackage = (target: string): boolean => !isOwn(target) && !target.startsWith("node:") && target !== COMPUTED;

/** Tests and what only tests use: they may look at everything, and nothing of the product may look at them. */
export function isTestCode(path: string): boolean {
  if (path.startsWith("tests/") || path.startsWith("bench/") || path === "cli/bench.ts") return true;
  if (/^(stages|connectors)\/.*\/(test-[^/]+|contract)\.ts$/.test(path)) return true;
  return /\.test\.ts$|\/testing\//.test(path);
}

/** Programs that write a file into the repository, and are no part of a running stage. */
const makers = ["stages/answer/render-acknowledgements.ts"];

const packagePlaces: Readonly<Record<string, { readonly places: RegExp; readonly why: string }>> = {
  kafkajs: { places: /^connectors\/kafka\//, why: "the log can be exchanged in one folder" },
  "@kafkajs/confluent-schema-registry": { places: /^connectors\/kafka\//, why: "as above" },
  twilio: { places: /^connectors\/(telephony|messaging)\//, why: "the line, and text messages" },
  ws: { places: /^(connectors\/telephony|simulators)\//, why: "media streams and the carrier that simulates them" },
  "@google-cloud/speech": { places: /^connectors\/speech-to-text\//, why: "one adapter" },
  "@google-cloud/text-to-speech": { places: /^connectors\/text-to-speech\//, why: "one adapter" },
  "@google/genai": {
    places: /^connectors\/(language-model|embeddings)\//,
    why: "the model, and its vendor's embeddings",
  },
  "@grpc/grpc-js": {
    places: /^(connectors\/(speech-to-text|text-to-speech)|simulators)\//,
    why: "status codes and channels of Google's clients, and the servers that simulate Google",
  },
  "@grpc/proto-loader": { places: /^simulators\//, why: "simulators speak the vendor's own protocol" },
  stripe: {
    places: /^(connectors\/payments\/|shop\/provider-customers\.ts$)/,
    why: "the adapter, and loading the shop's customers",
  },
  pg: {
    places: /^(connectors|deploy|local|shop|cli)\//,
    why: "adapters; migrations, loading and commands that look at the database from outside of a stage",
  },
  pgvector: { places: /^(connectors\/catalogue\/|shop\/load\.ts$)/, why: "vector search, and loading the vectors" },
  ioredis: { places: /^connectors\//, why: "adapters" },
  "onnxruntime-node": { places: /^connectors\/embeddings\//, why: "one adapter" },
  "@huggingface/tokenizers": { places: /^connectors\/embeddings\//, why: "one adapter" },
  "@echogarden/fvad-wasm": { places: /^connectors\/voice-activity\//, why: "one adapter" },
  "@electric-sql/pglite": { places: /^local\//, why: "the embedded database" },
  "@electric-sql/pglite-pgvector": { places: /^local\//, why: "as above" },
  "@electric-sql/pglite-socket": { places: /^local\//, why: "as above" },
  avsc: { places: /^runtime\/codec\.ts$/, why: "all quirks of Avro are dealt with in one file" },
  "prom-client": {
    places: /^(runtime\/metrics\.ts$|connectors\/|stages\/[^/]+\/worker\.ts$)/,
    why: "metrics are made where things are counted, never in a core",
  },
  pino: { places: /^runtime\/logger\.ts$/, why: "every log line is redacted in one place" },
  "@marcbachmann/cel-js": { places: /^stages\/fraud\//, why: "the language of fraud rules" },
  yaml: { places: /^(simulators\/caller|scenarios|cli)\//, why: "scenarios are YAML" },
  zod: {
    places: /^(cli|connectors|shop|simulators|scenarios|local)\/|^stages\/fraud\/rule-set\.ts$/,
    why: "files and requests from outside are validated",
  },
};

const layers: Readonly<Record<string, readonly string[]>> = {
  schemas: ["schemas"],
  language: ["language"],
  runtime: ["runtime", "schemas"],
  connectors: ["connectors", "runtime", "schemas", "language"],
  stages: ["stages", "connectors", "runtime", "schemas", "language"],
  simulators: ["simulators"],
};

/** Walls on single imports. They hold for the product's own code; tests may look at everything. */
export const walls: readonly Wall[] = [
  {
    name: "layers",
    why: "What runs in production reaches no simulator, embedded server or command; simulators share no code with what they test.",
    fault({ from, target }) {
      const allowed = layers[top(from)];
      if (allowed === undefined || !isOwn(target) || allowed.includes(top(target)) || makers.includes(from))
        return null;
      return `${top(from)} knows only ${allowed.join(", ")}`;
    },
  },
  {
    name: "stages",
    why: "Stages know each other by topics alone; only the pipeline's list sees all of them. Commands may show what a stage's pure files compute.",
    fault({ from, target }) {
      if (top(target) !== "stages" || target === "stages/pipeline.ts") return null;
      if (from === "stages/pipeline.ts") return target.endsWith("/stage.ts") ? null : "the list takes declarations";
      if (top(from) === "stages") return folderOf(from, 2) === folderOf(target, 2) ? null : "another stage";
      return top(from) === "cli" && !target.endsWith("/stage.ts")
        ? null
        : "a stage is reached through stages/pipeline.ts";
    },
  },
  {
    name: "programs",
    why: "A program is started, never imported: importing one would run it.",
    fault: ({ target }) => (/^(stages\/[^/]+\/worker|simulators\/[^/]+\/main)\.ts$/.test(target) ? "a program" : null),
  },
  {
    name: "adapters",
    why: "Only a stage's composition knows which vendor it talks to; the rest knows ports, as types, and settings.",
    fault({ from, target, isTypeOnly }) {
      if (top(from) !== "stages" || top(target) !== "connectors" || from.endsWith("/worker.ts")) return null;
      if (target.endsWith("/port.ts")) return isTypeOnly ? null : "a port is imported as a type";
      return target.endsWith("/settings.ts") && from.endsWith("/settings.ts") ? null : "an adapter";
    },
  },
  {
    name: "connectors",
    why: "An adapter knows its own vendor. Others' ports are known as types; postgres/ is the shared ground of the adapters on it, and kafka/run-worker.ts composes the worker.",
    fault({ from, target, isTypeOnly }) {
      if (top(from) !== "connectors" || top(target) !== "connectors" || folderOf(from, 2) === folderOf(target, 2))
        return null;
      if (target.endsWith("/port.ts") && isTypeOnly) return null;
      if (folderOf(target, 2) === "connectors/postgres" || from === "connectors/kafka/run-worker.ts") return null;
      return "another connector";
    },
  },
  {
    name: "packages",
    why: "A package is used where it belongs, so that it can be exchanged there.",
    fault({ from, target }) {
      if (!isPackage(target)) return null;
      const place = packagePlaces[target];
      if (place === undefined) return "a package that has no place yet: give it one in tests/support/import-walls.ts";
      return place.places.test(from) ? null : `its place is ${place.places.source} (${place.why})`;
    },
  },
  {
    name: "tests",
    why: "The product does not depend on its tests.",
    fault: ({ target }) => (isTestCode(target) ? "test code" : null),
  },
  {
    name: "literal names",
    why: "What is imported by a computed name escapes these walls.",
    fault({ target }) {
      if (target === COMPUTED) return "a computed name";
      return /^(\/|\.\.|[a-z]+:\/\/)/.test(target) ? "outside of the repository" : null;
    },
  },
];

/** Everything that breaks a wall, in words. */
export function faultsIn(graph: ImportGraph): readonly string[] {
  const product = graph.imports.filter(({ from }) => !isTestCode(from));
  return walls.flatMap(({ name, fault }) =>
    product.flatMap((edge) => {
      const found = fault(edge);
      return found === null ? [] : [`${name}: ${edge.from} imports ${edge.target}: ${found}`];
    }),
  );
}

/** Deterministic functions of their arguments that a core may call although they use a module of Node's inside. */
const pureByNature = ["runtime/identity.ts"];
const corePlaces =
  /^(language\/|schemas\/generated\/|schemas\/topics\.ts$|runtime\/(identity|errors|stage|redaction|keyed-hash|sealed-digits)\.ts$)/;

/** What a core reaches at run time, directly or not, and must not: Node's modules, packages, other folders' code. */
export function impuritiesOf(graph: ImportGraph, core: string): readonly string[] {
  const own = `${folderOf(core, 2)}/`;
  return [...reachedFrom(graph, core, (path) => pureByNature.includes(path))].flatMap(([target, way]) => {
    const isAllowed = isOwn(target) && (target.startsWith(own) || corePlaces.test(target));
    return isAllowed ? [] : [`${way.join(" → ")}`];
  });
}

/** Modules of the project that a core reaches, itself included: the pure files. */
export function pureFilesOf(graph: ImportGraph, core: string): readonly string[] {
  return [...reachedFrom(graph, core, (path) => pureByNature.includes(path)).keys()].filter(
    (path) => isOwn(path) && !pureByNature.includes(path),
  );
}
