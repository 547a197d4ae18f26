import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { parse } from "yaml";
import { containerImages } from "./container-images.ts";

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly retries: number; readonly timeout: string };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
}

const root = join(import.meta.dirname, "..");
const text = await readFile(join(root, "docker-compose.yml"), "utf8");
const compose = parse(text, { merge: true, maxAliasCount: -1 }) as {
  services: Record<string, Service>;
  configs: Record<string, { file: string }>;
};
const configTexts = await Promise.all(
  Object.entries(compose.configs).map(async ([name, { file }]) => [name, await readFile(join(root, file), "utf8")]),
);
const configText = (name: string): string => (Object.fromEntries(configTexts) as Record<string, string>)[name] ?? "";
const services = Object.entries(compose.services);
const stageNames = services.flatMap(([name, service]) => (service.command?.[1]?.startsWith("stages/") ? [name] : []));

test("the compose file has a service for every stage and infrastructure part", () => {
  const stages = ["answer", "transcribe", "interpret", "converse", "act", "speak", "fraud", "analytics"];
  assert.deepEqual(stageNames, stages);
  for (const name of stages) assert.deepEqual(compose.services[name]?.command, ["node", `stages/${name}/worker.ts`]);
  for (const name of ["broker", "registry", "postgres", "redis", "prometheus", "migrate", "prepare", "load"])
    assert.ok(compose.services[name], name);
});

test("there is a service for every simulator program", async () => {
  const folders = await readdir(join(root, "simulators"), { withFileTypes: true });
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    const files = await readdir(join(root, "simulators", folder.name));
    if (!files.includes("main.ts")) continue;
    const command = compose.services[`simulator-${folder.name}`]?.command;
    assert.deepEqual(command, ["node", `simulators/${folder.name}/main.ts`]);
  }
});

test("every image is pinned to a version, the same that the local stack runs", () => {
  for (const [name, { image }] of services) assert.match(image, /^[\w./-]+:(v?\d+\.\d+[\w.-]*|local)$/, name);
  for (const name of ["broker", "registry", "postgres", "redis"] as const) {
    assert.equal(compose.services[name]?.image, containerImages[name]);
  }
});

test("every service that stays has a bounded health check", () => {
  for (const [name, service] of services.filter(([, { restart }]) => restart !== "no")) {
    assert.ok((service.healthcheck?.test.length ?? 0) > 1, `${name} has a health check`);
    assert.ok((service.healthcheck?.retries ?? 0) > 0, name);
    assert.match(service.healthcheck?.timeout ?? "", /^\d+s$/, name);
  }
});

test("what a service waits for exists, and can reach the state that is waited for", () => {
  for (const [name, service] of services) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const isOneShot = compose.services[other]?.restart === "no";
      assert.ok(compose.services[other], `${name} waits for ${other}`);
      assert.equal(
        condition,
        isOneShot ? "service_completed_successfully" : "service_healthy",
        `${name} waits for ${other}`,
      );
    }
  }
});

test("cards can be keyed in: the gateway's connector is one of the simulated Twilio's, and the simulated Stripe takes card numbers by its key", async () => {
  const simulated = parseEnv(await readFile(join(root, "deploy/docker/simulated.env"), "utf8"));
  const connectors = JSON.parse(simulated.PAY_CONNECTORS ?? "") as Record<string, { apiBase: string; apiKey: string }>;
  const connector = connectors[simulated.TWILIO_PAY_CONNECTOR ?? ""];
  assert.deepEqual(connector, { apiBase: simulated.STRIPE_API_BASE, apiKey: simulated.CLEARED_API_KEY });
});

test("ports are published to this machine only", () => {
  for (const [name, { ports }] of services) for (const port of ports ?? []) assert.match(port, /^127\.0\.0\.1:/, name);
});

test("Prometheus scrapes every stage", () => {
  const scrape = parse(configText("prometheus")) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const targets = scrape.scrape_configs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
  assert.deepEqual(
    targets,
    stageNames.map((name) => `${name}:9100`),
  );
});

test("no variable holds a secret", () => {
  assert.doesNotMatch(text, /^\s*[A-Z_]*(SECRET|TOKEN|PASSWORD|API_KEY|CREDENTIALS)[A-Z_]*\s*:/m);
});
