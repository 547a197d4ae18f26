/** The floor as the load generator's callers meet it: over a real socket, in Twilio's media protocol. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { WebSocket } from "ws";
import { silentFrames } from "../../simulators/speech-carrier/g711.ts";
import { spokenLine } from "../load/caller-speech.ts";
import { startEcho } from "./echo-peer.ts";
import type { Peer } from "./peer.ts";

describe("the bare WebSocket server", () => {
  let peer: Peer;
  before(async () => {
    peer = await startEcho();
  });
  after(() => peer?.stop());

  it("greets, and says a line back after 200 ms of silence, not before", { timeout: 20_000 }, async () => {
    const twiml = await (await fetch(peer.line.url, { method: "POST" })).text();
    const url = /<Stream url="(ws:[^"]+)"/.exec(twiml)?.[1] ?? assert.fail(twiml);
    const socket = new WebSocket(url);
    const said: { readonly event: string; readonly streamSid: string; readonly media: { readonly payload: string } }[] =
      [];
    socket.on("message", (data) => said.push(JSON.parse(String(data))));
    await once(socket, "open");
    const untilSaid = async (count: number): Promise<void> => {
      while (said.length < count) await once(socket, "message");
    };
    const send = (frame: Uint8Array): void =>
      socket.send(
        JSON.stringify({ event: "media", streamSid: "MZ1", media: { payload: Buffer.from(frame).toString("base64") } }),
      );
    const silence = silentFrames(1);

    socket.send(JSON.stringify({ event: "start", streamSid: "MZ1", start: { streamSid: "MZ1" } }));
    await untilSaid(1);

    const line = spokenLine("Red shoes please.", 1, "voice");
    const speech = line.frames.slice(0, line.lastVoiced + 1);
    for (const frame of speech) send(frame);
    for (let frame = 0; frame < 9; frame += 1) send(silence);
    // What is sent in order is answered in order: a second greeting would come after a reply to the nine frames.
    socket.send(JSON.stringify({ event: "start", streamSid: "MZ1", start: { streamSid: "MZ1" } }));
    await untilSaid(2);
    assert.equal(said[1]?.media.payload, said[0]?.media.payload, "180 ms of silence are not the end of a line");
    send(silence);
    await untilSaid(3);
    const echoed = Buffer.from(said[2]?.media.payload ?? "", "base64");
    const heard = Buffer.concat([...speech, ...Array.from({ length: 10 }, () => silence)]);
    assert.deepEqual(echoed, heard.subarray(heard.length - echoed.length), "the end of the line, unchanged");
    assert.ok(echoed.length > heard.length / 2, `${echoed.length} of ${heard.length} bytes`);
    assert.ok(said.every(({ event, streamSid }) => event === "media" && streamSid === "MZ1"));

    for (let frame = 0; frame < 20; frame += 1) send(silence);
    socket.send(JSON.stringify({ event: "start", streamSid: "MZ1", start: { streamSid: "MZ1" } }));
    await untilSaid(4);
    assert.equal(said[3]?.media.payload, said[0]?.media.payload, "silence alone is not said back");
    socket.close();
  });
});
