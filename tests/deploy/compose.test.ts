/** docker-compose.yml is a valid compose file, and gives every stage of the pipeline the settings that it starts with. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { infrastructureSettings } from "../../connectors/kafka/settings.ts";
import { readSettings } from "../../runtime/settings.ts";
import { pipeline } from "../../stages/pipeline.ts";

type Service = {
  readonly image: string;
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: object;
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly env_file?: readonly { readonly path: string; readonly required?: boolean }[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, unknown>>;
};

const compose = parse(readFileSync("docker-compose.yml", "utf8"), { merge: true, maxAliasCount: -1 }) as Compose;
const validate = new Ajv2020({ allErrors: true, strictTuples: false }).compile(
  JSON.parse(readFileSync("tests/deploy/compose-schema.json", "utf8")) as object,
);
const services = Object.entries(compose.services);

function faultsOf(file: unknown): readonly string[] {
  if (validate(file)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }: ErrorObject) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Variables that our own image sets. */
function imageEnvironment(): Record<string, string> {
  const dockerfile = readFileSync("deploy/docker/Dockerfile", "utf8").replaceAll(/\\\n\s*/g, " ");
  const settings = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = ""]) => line.trim().split(/\s+/));
  return Object.fromEntries(settings.map((setting) => setting.split(/=(.*)/s, 2) as [string, string]));
}

/** What a container's process sees, without the files that are optional. */
function environmentOf(service: Service): Record<string, string> {
  const values: Record<string, string> = service.image === "partyline:local" ? imageEnvironment() : {};
  for (const { path, required } of service.env_file ?? []) {
    if (required === false) continue;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
      if (name !== undefined) values[name] = value ?? "";
    }
  }
  for (const [name, value] of Object.entries(service.environment ?? {})) values[name] = String(value ?? "");
  return values;
}

describe("docker-compose.yml", () => {
  it("is valid by its schema", () => {
    assert.deepEqual(faultsOf(compose), []);
  });

  const broken: Readonly<Record<string, (service: Record<string, unknown>) => void>> = {
    "an unknown attribute": (service) => Object.assign(service, { imagee: "x" }),
    "a missing image": (service) => delete service.image,
    "a duration without unit": (service) => Object.assign(service, { stop_grace_period: "15" }),
    "a health check that is no list": (service) => Object.assign(service, { healthcheck: { test: "true" } }),
    "an unknown restart policy": (service) => Object.assign(service, { restart: "sometimes" }),
    "a port that is no mapping": (service) => Object.assign(service, { ports: ["eighty"] }),
    "a condition that does not exist": (service) =>
      Object.assign(service, { depends_on: { broker: { condition: "ready" } } }),
    "a variable that is a list": (service) => Object.assign(service, { environment: { A: ["x"] } }),
  };
  for (const [what, breakIt] of Object.entries(broken))
    it(`canary: the schema refuses ${what}`, () => {
      const copy = structuredClone(compose) as unknown as { services: Record<string, Record<string, unknown>> };
      breakIt(copy.services.answer ?? {});
      assert.notDeepEqual(faultsOf(copy), []);
    });

  it("pins every image to a version", () => {
    for (const [name, { image }] of services) {
      assert.match(image, /:[^:]+$/, name);
      assert.doesNotMatch(image, /:(latest|stable|main|edge)$/, name);
    }
  });

  it("watches the health of every service that stays", () => {
    const unwatched = services.filter(([, { restart, healthcheck }]) => restart !== "no" && healthcheck === undefined);
    assert.deepEqual(
      unwatched.map(([name]) => name),
      [],
    );
  });

  it("runs programs that exist, from volumes and configs that are declared", () => {
    for (const [name, { command, volumes, configs }] of services) {
      if (command?.[0] === "node") assert.ok(existsSync(command[1] ?? ""), `${name} runs ${command[1]}`);
      for (const volume of volumes ?? []) {
        const [source = ""] = volume.split(":");
        assert.ok(source.startsWith(".") ? existsSync(source) : source in compose.volumes, `${name}: ${volume}`);
      }
      for (const { source } of configs ?? []) assert.ok(source in compose.configs, `${name}: ${source}`);
    }
  });

  for (const stage of pipeline)
    it(`runs ${stage.name} with settings that it accepts`, () => {
      const service = compose.services[stage.name];
      assert.deepEqual(service?.command, ["node", `stages/${stage.name}/worker.ts`]);
      assert.ok(service !== undefined);
      // Throws with every fault.
      const settings = readSettings(
        stage.name,
        { ...infrastructureSettings, ...stage.settings },
        environmentOf(service),
      );
      assert.equal(settings.metricsPort, 9100, "the health check asks this port");
    });
});
