import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { meaningsOf, modelAnswersOf, parseScenario, ScenarioError } from "./scenario-format.ts";

const faultsOf = (text: string): readonly string[] => {
  try {
    parseScenario(text, "folder/bad.yaml");
  } catch (error) {
    assert.ok(error instanceof ScenarioError, String(error));
    return error.faults;
  }
  return [];
};
const withSteps = (steps: string): string => `title: t\ncaller: { from: "+12025550143" }\nsteps:\n${steps}`;

describe("reading a scenario", () => {
  it("gives steps with their lines, defaults and patterns", () => {
    const scenario = parseScenario(
      withSteps('  - say: Hello\n    means: { intent: help }\n  - expectHeard: ["Yes", /a+/]\n  - press: "1#"\n'),
      "folder/01-hello.yaml",
    );
    assert.equal(scenario.name, "01-hello");
    assert.deepEqual(scenario.steps, [
      { kind: "say", line: 4, say: "Hello", means: { intent: "help", entities: {} }, waitForReply: true },
      { kind: "expectHeard", line: 6, expectHeard: ["Yes", /a+/i], withinMs: 10_000 },
      { kind: "press", line: 7, press: "1#", waitForReply: true },
    ]);
    assert.deepEqual(meaningsOf(scenario), [{ text: "Hello", means: { intent: "help", entities: {} } }]);
    assert.deepEqual(modelAnswersOf(scenario), [
      { text: "Hello", answer: { intent: "help", entities: {}, confidence: 0.95 } },
    ]);
  });

  it("points at file and line of every fault", () => {
    assert.deepEqual(faultsOf(withSteps("  - say: Hello\n    mean: { intent: help }\n")), [
      'folder/bad.yaml:5: unknown key "mean"',
    ]);
    const several = faultsOf(
      withSteps(
        "  - say: Hi\n    means: { intent: dance }\n  - shout: Hi\n  - say: a\n    press: '1'\n  - press: hash\n  - expectHeard: /(/\n",
      ),
    );
    assert.deepEqual(
      several.map((fault) => fault.split(":")[1]),
      ["5", "6", "7", "9", "10"],
    );
    assert.match(several[0] ?? "", /intent/);
    assert.match(several[1] ?? "", /exactly one of .*found shout/);
    assert.match(several[2] ?? "", /found say, press/);
    assert.match(several[3] ?? "", /must be keys/);
    assert.match(several[4] ?? "", /regular expression/i);
  });

  it("refuses unknown entities, missing parts, and what is not YAML", () => {
    assert.match(
      faultsOf(withSteps("  - say: Hi\n    means:\n      intent: help\n      entities: { colour: red }\n"))[0] ?? "",
      /bad\.yaml:7: unknown key "colour"/,
    );
    assert.equal(faultsOf("title: t\nsteps: [{ say: Hi }]\nextra: 1\n").length, 2);
    assert.match(faultsOf('title: "t\n')[0] ?? "", /bad\.yaml:\d+: /);
    assert.match(faultsOf("title: a\ntitle: b\n")[0] ?? "", /bad\.yaml:2: /);
    assert.ok(faultsOf("").length > 0);
  });

  it("accepts the scenarios of the project, whose words all have a meaning", () => {
    const folder = new URL("../../scenarios/", import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    assert.ok(files.length >= 11, `${files.length} scenarios`);
    for (const file of files) {
      const scenario = parseScenario(readFileSync(new URL(file, folder), "utf8"), file);
      const spoken = scenario.steps.filter((step) => step.kind === "say" || step.kind === "interrupt");
      assert.equal(meaningsOf(scenario).length, spoken.length, file);
    }
  });
});
