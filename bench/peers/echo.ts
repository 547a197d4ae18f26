/**
 * The floor: a bare WebSocket server that says back what it heard when the caller has been silent for as long as the other peers wait. No framework, no
 * vendors, nothing that is kept. Started by `startEcho`; says on stdout that it is ready, with its port on 127.0.0.1.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { frameMs } from "../../simulators/speech-carrier/g711.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import { isVoiced } from "../load/caller-speech.ts";
import { setSilenceMs } from "./peer.ts";

type Message = {
  readonly event?: string;
  readonly streamSid?: string;
  readonly media?: { readonly payload?: string };
};

/** More of one line is not said back: 30 s. */
const maxHeldFrames = 1_500;
const maxMessageBytes = 65_536;
const greeting = Buffer.from(speak("Hello, how can I help?"));

function echo(socket: WebSocket): void {
  let streamSid = "";
  let held: Buffer[] = [];
  let silentMs = 0;
  const say = (audio: Buffer): void =>
    socket.send(JSON.stringify({ event: "media", streamSid, media: { payload: audio.toString("base64") } }));
  const hear = (frame: Buffer): void => {
    silentMs = isVoiced(frame) ? 0 : silentMs + frameMs;
    if (silentMs > 0 && held.length === 0) return;
    if (held.length < maxHeldFrames) held.push(frame);
    if (silentMs < setSilenceMs) return;
    say(Buffer.concat(held));
    held = [];
  };
  socket.on("message", (data: RawData) => {
    const message = JSON.parse((data as Buffer).toString("utf8")) as Message;
    if (message.event === "media") hear(Buffer.from(message.media?.payload ?? "", "base64"));
    else if (message.event === "start") {
      streamSid = message.streamSid ?? "";
      say(greeting);
    }
  });
  // A caller who is gone needs no echo.
  socket.on("error", () => socket.terminate());
}

const server = createServer((request, response) => {
  request.resume();
  const { port } = server.address() as AddressInfo;
  response.setHeader("content-type", "text/xml");
  response.end(`<Response><Connect><Stream url="ws://127.0.0.1:${port}/media"/></Connect></Response>`);
});
new WebSocketServer({ server, perMessageDeflate: false, maxPayload: maxMessageBytes }).on("connection", echo);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, name: "echo", port })}\n`);
});
