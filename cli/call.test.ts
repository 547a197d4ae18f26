import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startTwilioSimulator, type TwilioSimulator } from "../simulators/twilio/server.ts";
import { createPromptVoice } from "../simulators/twilio/spoken-prompt.ts";
import { startTalkingApplication, type TalkingApplication } from "../simulators/twilio/testing/talking-application.ts";

const program = fileURLToPath(new URL("call.ts", import.meta.url));
let folder: string;
let application: TalkingApplication;
let twilio: TwilioSimulator;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "call-"));
  application = await startTalkingApplication("Welcome.", (heard) =>
    heard === "enough" ? "hang up" : heard === "#" ? "Thanks." : "What?",
  );
  twilio = await startTwilioSimulator({ speak: createPromptVoice() });
  const numbers = ["+12025550100"];
  await writeFile(
    join(folder, "running.json"),
    JSON.stringify({ webhookUrl: application.voiceUrl, twilioControl: twilio.url, numbers, kafka: "x" }),
  );
});

after(async () => {
  await twilio.close();
  await application.close();
  await rm(folder, { recursive: true });
});

/** Runs the command; `typed` answers what it prints: the first entry whose text was seen is typed once. `piped` is all that ever comes. */
function run(args: readonly string[], typed: readonly (readonly [RegExp, string])[] = [], piped?: string) {
  return new Promise<{ code: number | null; out: string; error: string }>((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: "pipe" });
    if (piped !== undefined) child.stdin.end(piped);
    let out = "";
    let error = "";
    const waiting = [...typed];
    child.stdout.on("data", (data: Buffer) => {
      out += data.toString();
      if (waiting[0]?.[0].test(out)) child.stdin.write(`${waiting.shift()?.[1]}\n`);
    });
    child.stderr.on("data", (data: Buffer) => {
      error += data.toString();
    });
    child.on("close", (code) => resolve({ code, out, error }));
  });
}

describe("npm run call", { concurrency: true }, () => {
  it("says what to do when nothing runs", async () => {
    const { code, error } = await run(["--running", "missing.json"]);
    assert.equal(code, 1);
    assert.match(error, /Run "npm start"/);
  });

  it("says what is wrong with a scenario, and that a file is missing", async () => {
    await writeFile(join(folder, "bad.yaml"), "title: t\n");
    const bad = await run(["bad.yaml", "--running", "running.json"]);
    assert.equal(bad.code, 1);
    assert.match(bad.error, /bad\.yaml:\d+: /);
    const missing = await run(["none.yaml", "--running", "running.json"]);
    assert.match(missing.error, /no scenario none\.yaml/);
  });

  it("lets a person talk, press keys and hang up, and records the call", async () => {
    const { code, out, error } = await run(
      ["--running", "running.json", "--record", "out.wav"],
      [
        [/Welcome\./, "hello there"],
        [/What\?/, "/press 1#"],
        [/Thanks\./, "/bye"],
      ],
    );
    assert.equal(code, 0, error);
    assert.match(
      out,
      /agent {3}Welcome\.[\s\S]*caller {2}hello there[\s\S]*agent {3}What\?[\s\S]*caller {2}presses 1#/,
    );
    assert.ok((await readFile(join(folder, "out.wav"))).length > 8000);
  });

  it("says what comes from a pipe that has ended, line by line", async () => {
    const { code, out, error } = await run(["--running", "running.json"], [], "hello\nthere\n");
    assert.equal(code, 0, error);
    assert.match(out, /caller {2}hello[\s\S]*caller {2}there/);
  });

  it("ends when the agent hangs up", async () => {
    const { code, out, error } = await run(["--running", "running.json"], [[/Welcome\./, "enough"]]);
    assert.equal(code, 0, error);
    assert.match(out, /the call ended: no more TwiML/);
  });

  it("plays a scenario and fails when it is not as expected", async () => {
    const scenario = (expected: string): string =>
      `title: A test\ncaller: { from: "+12025550143" }\nsteps:\n  - expectHeard: ${expected}\n    withinMs: 2000\n`;
    await writeFile(join(folder, "good.yaml"), scenario("welcome"));
    const good = await run(["good.yaml", "--running", "running.json"]);
    assert.equal(good.code, 0, good.error);
    assert.match(good.out, /A test[\s\S]*Welcome\./);
    await writeFile(join(folder, "other.yaml"), scenario("lamps"));
    const other = await run(["other.yaml", "--running", "running.json"]);
    assert.equal(other.code, 1);
    assert.match(other.out, /did not hear lamps/);
  });
});
