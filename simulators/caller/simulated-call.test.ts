import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createCarrierListener } from "../speech-carrier/carrier-listener.ts";
import { carry } from "../speech-carrier/carry.ts";
import { speak } from "../speech-carrier/voice.ts";
import { startTwilioSimulator, type TwilioSimulator } from "../twilio/server.ts";
import { createPromptVoice } from "../twilio/spoken-prompt.ts";
import { type FakeApplication, type ReceivedStream, startFakeApplication } from "../twilio/testing/fake-application.ts";
import { dial } from "./dial.ts";
import { NotHeardError, type SimulatedCall } from "./simulated-call.ts";

let application: FakeApplication;
let twilio: TwilioSimulator;

before(async () => {
  application = await startFakeApplication();
  application.answer(
    "/voice",
    `<Response><Connect><Stream url="${application.webSocketUrl}/media"/></Connect></Response>`,
  );
  twilio = await startTwilioSimulator({ speak: createPromptVoice() });
});

after(async () => {
  await twilio.close();
  await application.close();
});

async function connect(): Promise<{ call: SimulatedCall; stream: ReceivedStream }> {
  const call = await dial({
    twilioControl: twilio.url,
    from: "+15550001111",
    to: "+15550002222",
    webhookUrl: `${application.url}/voice`,
    isRecorded: true,
  });
  return { call, stream: await application.streamOf(call.callSid) };
}

let utterance = 0;
function agentSays(stream: ReceivedStream, text: string): void {
  utterance += 1;
  const audio = carry(text, speak(text), utterance);
  stream.send({ event: "media", media: { payload: Buffer.from(audio).toString("base64") } });
}

/** What the application heard on a stream so far, from the bytes alone. */
function ear(stream: ReceivedStream): () => string {
  const listener = createCarrierListener();
  let position = 0;
  return () => {
    for (; position < stream.messages.length; position += 1)
      listener.hear(Buffer.from(stream.messages[position]?.media?.payload ?? "", "base64"));
    return listener
      .utterances()
      .flatMap((heard) => heard.words.map((word) => word.text))
      .join(" ");
  };
}

describe("a simulated call", { concurrency: true }, () => {
  it("hears exactly what was played, sentence by sentence, and is heard", async () => {
    const { call, stream } = await connect();
    agentSays(stream, "Hello there. The red kettle costs 39.90 euros.");
    assert.equal(await call.hearTurn(10_000), "Hello there. The red kettle costs 39.90 euros.");
    assert.deepEqual(
      call.sentences().map(({ text, isCut }) => ({ text, isCut })),
      [
        { text: "Hello there.", isCut: false },
        { text: "The red kettle costs 39.90 euros.", isCut: false },
      ],
    );
    const heard = ear(stream);
    await call.say("I take two of them");
    await stream.until(() => heard() === "I take two of them");
    assert.deepEqual(await call.hangUp(), { by: "caller", reason: "caller hung up" });
    await stream.until((message) => message.event === "stop");
  });

  it("measures the reply from the end of its own speech", async () => {
    const { call, stream } = await connect();
    await call.say("How much is it?");
    agentSays(stream, "Twelve euros.");
    assert.equal(await call.hearTurn(10_000), "Twelve euros.");
    const { firstSoundMs, firstWordMs } = call.turnTimes();
    assert.ok(firstSoundMs !== undefined && firstSoundMs > 0, `first sound ${firstSoundMs}`);
    assert.ok(firstWordMs !== undefined && firstWordMs > 0, `first word ${firstWordMs}`);
    await call.hangUp();
  });

  it("interrupts, and knows what it did not hear", async () => {
    const { call, stream } = await connect();
    agentSays(
      stream,
      "First the blue lamp, second the green lamp, third the yellow lamp with a very long description.",
    );
    const interrupting = call.interrupt("second the green", "the second one");
    const heard = ear(stream);
    await stream.until(() => heard().startsWith("the"));
    stream.send({ event: "clear" });
    await interrupting;
    await call.hearSilence(5000);
    const [sentence] = call.sentences();
    assert.equal(sentence?.isCut, true);
    assert.match(sentence?.text ?? "", /second the green/);
    assert.doesNotMatch(sentence?.text ?? "", /description/);
    assert.ok(call.transcript().some((event) => event.kind === "agent-cleared" && event.droppedMs > 0));
    await call.hangUp();
  });

  it("presses keys in order", async () => {
    const { call, stream } = await connect();
    await call.press("12#");
    await stream.until((message) => message.dtmf?.digit === "#");
    const digits = stream.messages.filter((message) => message.event === "dtmf").map((message) => message.dtmf);
    assert.deepEqual(
      digits,
      ["1", "2", "#"].map((digit) => ({ track: "inbound_track", digit })),
    );
    await call.hangUp();
  });

  it("says what it heard instead when something is not said in time", async () => {
    const { call, stream } = await connect();
    agentSays(stream, "Good morning.");
    await call.hearTurn(10_000);
    await assert.rejects(call.hearUntil("goodbye", 100), (error) => {
      assert.ok(error instanceof NotHeardError);
      assert.equal(error.heard, "Good morning.");
      return true;
    });
    stream.socket.close(1000);
    assert.equal((await call.ended).by, "agent");
    await assert.rejects(call.hearUntil("goodbye", 10_000), /before the call ended/);
    await assert.rejects(call.say("hello"), /the call is over/);
  });

  it("hears prompts of TwiML and answers them with keys", async () => {
    application.answer(
      "/gather",
      '<Response><Gather action="/digits" timeout="10"><Say>Enter your number.</Say></Gather><Hangup/></Response>',
    );
    application.answer("/digits", '<Response><Say>Thank you.</Say><Pause length="1"/><Hangup/></Response>');
    const call = await dial({
      twilioControl: twilio.url,
      from: "+15550001111",
      to: "+15550002222",
      webhookUrl: `${application.url}/gather`,
    });
    await call.hearUntil("enter your number.", 10_000);
    await call.press("42#");
    await call.hearUntil("thank you.", 10_000);
    const { parameters } = await application.webhook((webhook) => webhook.path === "/digits");
    assert.deepEqual([parameters.Digits, parameters.FinishedOnKey], ["42", "#"]);
    assert.equal((await call.ended).reason, "hung up");
  });

  it("records both sides as stereo WAV", async () => {
    const { call, stream } = await connect();
    agentSays(stream, "Hello.");
    await call.hearTurn(10_000);
    await call.hangUp();
    const folder = await mkdtemp(join(tmpdir(), "recording-"));
    await call.recordWav(join(folder, "call.wav"));
    const wav = await readFile(join(folder, "call.wav"));
    await rm(folder, { recursive: true });
    assert.equal(wav.toString("latin1", 0, 4), "RIFF");
    assert.deepEqual([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)], [2, 8000, 16]);
    assert.equal(wav.readUInt32LE(40), wav.length - 44);
    let loudestRight = 0;
    let loudestLeft = 0;
    for (let at = 44; at < wav.length; at += 4) {
      loudestLeft = Math.max(loudestLeft, Math.abs(wav.readInt16LE(at)));
      loudestRight = Math.max(loudestRight, Math.abs(wav.readInt16LE(at + 2)));
    }
    assert.ok(loudestRight > 2000, "the agent is on the right");
    assert.ok(loudestLeft < 100, "the silent caller is on the left");
  });

  it("rejects when the application does not answer the call", async () => {
    application.answer("/busy", '<Response><Reject reason="busy"/></Response>');
    const dialing = dial({
      twilioControl: twilio.url,
      from: "+15550001111",
      to: "+15550002222",
      webhookUrl: `${application.url}/busy`,
    });
    await assert.rejects(dialing, /before it was answered: busy/);
  });
});
