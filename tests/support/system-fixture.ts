/** The whole system for a test file: every stage a process of its own, simulated vendors, the project's shop, and ears on all topics. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PlayedCall } from "../../cli/call-summary.ts";
import { withOwnCustomers } from "../../cli/own-customers.ts";
import { playAndCheck, type SimulatedLine } from "../../cli/simulated-line.ts";
import { TappedCalls } from "../../cli/tapped-calls.ts";
import { DEFAULT_PARTITIONS, type System, type SystemOptions, startSystem } from "../../local/system.ts";
import { readShop } from "../../shop/load.ts";
import { parseScenario, type Scenario } from "../../simulators/caller/scenario-format.ts";

const folder = new URL("../../scenarios/", import.meta.url);
/** All waiting times of callers are multiplied by it: the machine does many other things while tests run. */
const patience = Number(process.env.PARTYLINE_TEST_PATIENCE ?? "4");

/** The scenarios of the project, by file name. */
export async function readScenarios(): Promise<readonly Scenario[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  return await Promise.all(
    files.map(async (name) => parseScenario(await readFile(fileURLToPath(new URL(name, folder)), "utf8"), name)),
  );
}

/** A running system with callers who do not disturb one another. */
export class SystemFixture {
  readonly system: System;
  readonly calls: TappedCalls;
  readonly #scenarios: ReadonlyMap<string, Scenario>;

  private constructor(system: System, calls: TappedCalls, scenarios: readonly Scenario[]) {
    this.system = system;
    this.calls = calls;
    this.#scenarios = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  }

  static async open(
    options: Omit<SystemOptions, "shop"> & { readonly scenarios: readonly Scenario[] },
  ): Promise<SystemFixture> {
    const { shop, scenarios } = withOwnCustomers(await readShop(), options.scenarios, 1);
    const lines: string[] = [];
    const { environment = {} } = options;
    const system = await startSystem({
      ...options,
      shop,
      environment: { LOG_LEVEL: "warn", ...environment },
      onProgress: (line) => lines.push(line),
    });
    try {
      const { kafka, registry } = system.stack;
      const calls = await TappedCalls.open({ kafka, registry, partitions: options.partitions ?? DEFAULT_PARTITIONS });
      return new SystemFixture(system, calls, scenarios);
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  get line(): SimulatedLine {
    return { running: this.system.describe(), calls: this.calls };
  }

  /** Plays a scenario as its own customer, and checks all that it expects. */
  async play(name: string): Promise<PlayedCall> {
    const scenario = this.#scenarios.get(name);
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
    return await playAndCheck(scenario, this.line, { patience });
  }

  async close(): Promise<void> {
    await this.calls.close();
    await this.system.stop();
  }
}
