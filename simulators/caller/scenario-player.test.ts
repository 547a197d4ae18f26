import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTwilioSimulator, type TwilioSimulator } from "../twilio/server.ts";
import { createPromptVoice } from "../twilio/spoken-prompt.ts";
import { startTalkingApplication, type TalkingApplication } from "../twilio/testing/talking-application.ts";
import { parseScenario } from "./scenario-format.ts";
import { type PlayOptions, playScenario } from "./scenario-player.ts";

let application: TalkingApplication;
let twilio: TwilioSimulator;

before(async () => {
  application = await startTalkingApplication("Welcome.", (heard) => {
    if (heard === "List") return "First the blue lamp, second the green lamp, third the yellow lamp with a shade.";
    if (heard === "The second") return "Green.";
    if (heard === "Bye") return "hang up";
    if (heard === "#") return "Thanks.";
    return heard.length === 1 ? undefined : "What?";
  });
  twilio = await startTwilioSimulator({ speak: createPromptVoice() });
});

after(async () => {
  await twilio.close();
  await application.close();
});

const header = 'title: t\ncaller: { from: "+12025550143" }\n';
const play = (steps: string, more: Partial<PlayOptions> = {}, top = "") =>
  playScenario(parseScenario(`${header}${top}steps:\n${steps}`, "test.yaml"), {
    twilio: {
      twilioControl: twilio.url,
      webhookUrl: application.voiceUrl,
      to: "+12025550100",
      turnSilenceMs: 300,
    },
    ...more,
  });

describe("playing a scenario", { concurrency: true }, () => {
  it("plays all steps and gives the turns as the caller heard them", async () => {
    const result = await play(
      [
        "  - expectHeard: welcome",
        "  - say: List",
        '  - interrupt: { afterHearing: second the green, say: "The second" }',
        "  - expectHeard: green",
        "  - expectNotHeard: yellow",
        '  - press: "1#"',
        "  - expectHeard: thanks",
        "  - say: Bye",
        "  - expectEnd: { by: agent, isTransferred: false }",
      ].join("\n"),
    );
    assert.deepEqual(result.failures, []);
    assert.equal(result.outcome, "passed");
    assert.equal(result.ending.by, "agent");
    assert.deepEqual(
      result.turns.map((turn) => turn.caller),
      ["", "List", "The second", "1#", "Bye"],
    );
    const [greeting, list, second, keys] = result.turns;
    assert.equal(greeting?.agentHeard, "Welcome.");
    assert.match(list?.agentHeard ?? "", /^First the blue lamp, second the green/);
    assert.doesNotMatch(list?.agentHeard ?? "", /shade/);
    assert.equal(second?.agentHeard, "Green.");
    assert.equal(keys?.agentHeard, "Thanks.");
    for (const turn of [list, second, keys]) {
      assert.ok((turn?.firstSoundMs ?? -1) >= 0, "first sound was measured");
      assert.ok((turn?.voiceToVoiceMs ?? -1) >= 0, "first word was measured");
    }
    assert.equal(greeting?.voiceToVoiceMs, null);
  });

  it("stops at the first step that is not as expected, hangs up and says where", async () => {
    const result = await play("  - say: Hello\n  - expectHeard: lamp\n    withinMs: 1500\n  - say: Bye\n");
    assert.equal(result.outcome, "failed");
    assert.deepEqual(result.failures, [
      'step 2 (expectHeard, line 5): did not hear lamp within 1500 ms; heard "What?"',
    ]);
    assert.equal(result.ending.by, "caller");
  });

  it("fails when something was said that must not be, or when the agent does not hang up", async () => {
    const said = await play("  - expectNotHeard: /wel.ome/\n");
    assert.match(said.failures[0] ?? "", /step 1 .*heard \/wel\.ome\/i/);
    const stayed = await play("  - expectEnd: { withinMs: 200 }\n");
    assert.match(stayed.failures[0] ?? "", /did not end within 200 ms/);
  });

  it("changes the world through its hook, and hands the expectations to the check", async () => {
    const changes: unknown[] = [];
    const result = await play(
      "  - control: { setStock: { productId: P-1, quantity: 0 } }\n  - hangUp: { afterMs: 10 }\n",
      {
        hooks: {
          control: async (change) => {
            changes.push(change);
          },
        },
        check: async (expected, callSid) => [`${JSON.stringify(expected)} ${callSid.slice(0, 2)}`],
      },
      "before:\n  - control: { first: 1 }\nexpect: { orders: [] }\n",
    );
    assert.deepEqual(changes, [{ first: 1 }, { setStock: { productId: "P-1", quantity: 0 } }]);
    assert.deepEqual(result.failures, ['{"orders":[]} CA']);
    await assert.rejects(play("  - say: x\n", {}, "before:\n  - control: { first: 1 }\n"), /not possible here/);
  });
});
