/** Promise 9 for every stage: settings are read once, strictly, and all faults are listed; every worker program starts under plain Node up to there. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runToEnd } from "../../cli/test-program.ts";
import { infrastructureSettings } from "../../connectors/kafka/settings.ts";
import { readSettings, type Setting, SettingsError, variableOf } from "../../runtime/settings.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { pipeline } from "../../stages/pipeline.ts";
import { requiredEnvironment } from "../support/stage-surroundings.ts";

type Settings = Readonly<Record<string, Setting<unknown>>>;
const everything = (stage: AnyStage): Settings => ({ ...infrastructureSettings, ...stage.settings });
const prefixOf = (stage: AnyStage): string => `PARTYLINE_${stage.name.toUpperCase()}_`;

/** Variables of a stage's settings that refuse some text. */
function refusing(stage: AnyStage, text: string): readonly string[] {
  return Object.entries(everything(stage))
    .filter(([, setting]) => "fault" in setting.parse(text))
    .map(([key, setting]) => variableOf(stage.name, key, setting));
}

function faultsOf(stage: AnyStage, environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings(stage.name, everything(stage), environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.faults;
  }
}

const nonsense = "\u2620 no value of anything";
const infrastructure = {
  KAFKA_BROKERS: "127.0.0.1:1",
  SCHEMA_REGISTRY_URL: "http://127.0.0.1:1",
  REDIS_URL: "redis://127.0.0.1:1",
};

for (const stage of pipeline)
  describe(`the settings of ${stage.name}`, () => {
    it("are valid when what is required is given", () => {
      assert.deepEqual(faultsOf(stage, { ...infrastructure, ...requiredEnvironment(stage) }), []);
    });

    it("name every missing, unknown and invalid variable at once", () => {
      const invalid = refusing(stage, nonsense);
      assert.ok(invalid.length >= 3, "there is something to get wrong");
      const unknown = [`${prefixOf(stage)}NO_SUCH_SETTING`, `${prefixOf(stage)}ANOTHER`];
      const missing = Object.entries(everything(stage))
        .filter(([, setting]) => setting.fallback === undefined)
        .map(([key, setting]) => variableOf(stage.name, key, setting))
        .filter((variable) => !invalid.includes(variable));
      const faults = faultsOf(
        stage,
        Object.fromEntries([...invalid, ...unknown].map((variable) => [variable, nonsense])),
      );
      const named = faults.map((fault) => fault.split(" ")[0]);
      assert.deepEqual(new Set(named), new Set([...missing, ...invalid, ...unknown]));
      assert.equal(faults.length, named.length);
    });

    it("never print a secret that is invalid", () => {
      for (const [key, setting] of Object.entries(everything(stage))) {
        if (!setting.isSecret || !("fault" in setting.parse(nonsense))) continue;
        const [fault = ""] = faultsOf(stage, { ...infrastructure, [variableOf(stage.name, key, setting)]: nonsense });
        assert.ok(!fault.includes("\u2620"), key);
      }
    });

    it("say what they are for, with a unit where the name has one", () => {
      for (const [key, setting] of Object.entries(everything(stage))) assert.ok(setting.doc.length > 10, key);
    });

    it("stop the worker program before it does anything, with every fault and exit code 2", async () => {
      const environment = {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        LOG_LEVEL: "loud",
        METRICS_PORT: "many",
        [`${prefixOf(stage)}NO_SUCH_SETTING`]: "1",
      };
      const args = [`stages/${stage.name}/worker.ts`];
      const end = await runToEnd({ command: process.execPath, args, environment, timeoutMs: 60_000 });
      assert.equal(end.exitCode, 2, end.output);
      const required = [
        "KAFKA_BROKERS",
        "SCHEMA_REGISTRY_URL",
        "REDIS_URL",
        ...Object.keys(requiredEnvironment(stage)),
      ];
      for (const variable of [...required, "LOG_LEVEL", "METRICS_PORT", `${prefixOf(stage)}NO_SUCH_SETTING`])
        assert.ok(end.output.includes(`  - ${variable} `), `${variable} is named in:\n${end.output}`);
    });
  });
