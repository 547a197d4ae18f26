import { type CarrierListener, createCarrierListener } from "../../speech-carrier/carrier-listener.ts";
import { carry } from "../../speech-carrier/carry.ts";
import { speak } from "../../speech-carrier/voice.ts";
import { type FakeApplication, type ReceivedStream, startFakeApplication } from "./fake-application.ts";

/** What the application says to words or keys that it heard; `"hang up"` ends the stream, undefined says nothing. */
export type Reply = (heard: string) => string | undefined;

/** An application that answers `/voice` with a stream, greets, and talks by a reply function. A caller's word stops its speech. */
export type TalkingApplication = FakeApplication & { readonly voiceUrl: string };

function converse(stream: ReceivedStream, greeting: string, reply: Reply): void {
  const listener: CarrierListener = createCarrierListener();
  let utterance = 0;
  let answered = 0;
  let isPlaying = false;
  const say = (text: string | undefined): void => {
    if (text === undefined) return;
    if (text === "hang up") {
      stream.socket.close(1000);
      return;
    }
    utterance += 1;
    const audio = Buffer.from(carry(text, speak(text), utterance));
    stream.send({ event: "media", media: { payload: audio.toString("base64") } });
    stream.send({ event: "mark", mark: { name: String(utterance) } });
    isPlaying = true;
  };
  stream.socket.on("message", (data) => {
    const message = JSON.parse((data as Buffer).toString("utf8")) as {
      media?: { payload: string };
      dtmf?: { digit: string };
      mark?: { name: string };
    };
    if (message.mark?.name === String(utterance)) isPlaying = false;
    if (message.dtmf !== undefined) say(reply(message.dtmf.digit));
    if (message.media === undefined) return;
    const frames = listener.hear(Buffer.from(message.media.payload, "base64"));
    if (isPlaying && frames.some((frame) => frame.words.length > 0)) {
      stream.send({ event: "clear" });
      isPlaying = false;
    }
    const ended = listener.utterances().filter((heard) => heard.isEnded);
    for (const heard of ended.slice(answered)) say(reply(heard.words.map((word) => word.text).join(" ")));
    answered = ended.length;
  });
  say(greeting);
}

/** Starts it on 127.0.0.1. */
export async function startTalkingApplication(greeting: string, reply: Reply): Promise<TalkingApplication> {
  const application = await startFakeApplication();
  application.answer(
    "/voice",
    `<Response><Connect><Stream url="${application.webSocketUrl}/media"/></Connect></Response>`,
  );
  let index = 0;
  const listen = (): void => {
    void application.stream(index).then((stream) => {
      index += 1;
      converse(stream, greeting, reply);
      listen();
    });
  };
  listen();
  return { ...application, voiceUrl: `${application.url}/voice` };
}
