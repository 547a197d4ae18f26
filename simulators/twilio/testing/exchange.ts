import type { FaultRule } from "../../kit/fault-script.ts";
import { type CallReport, startTwilioSimulator, type TwilioSimulator } from "../server.ts";
import { type FakeApplication, type ReceivedStream, startFakeApplication } from "./fake-application.ts";

/** The account's secret in tests. */
export const authToken = "0123456789abcdef0123456789abcdef";
/** Who calls whom. */
export const numbers = { from: "+12025550143", to: "+12025550100" };

/** A simulator and an application that are connected with each other. */
export type Exchange = {
  readonly application: FakeApplication;
  readonly simulator: TwilioSimulator;
  /** TwiML that connects a stream of the application. */
  connect(attributes?: string, content?: string): string;
  /** Starts a call whose voice webhook, at the path, is answered with the TwiML. */
  call(path: string, twiml: string, more?: Readonly<Record<string, string>>): string;
  /** The same, and waits for its stream. */
  callWithStream(path: string, twiml: string): Promise<{ readonly callSid: string; readonly stream: ReceivedStream }>;
  /** The next stream that arrives. */
  nextStream(): Promise<ReceivedStream>;
  /** The report of a call, once it is over. */
  ended(callSid: string): Promise<CallReport>;
  /** Replaces the fault script. */
  faults(...rules: readonly FaultRule[]): void;
  close(): Promise<void>;
};

/** Starts both on 127.0.0.1. The application's public origin is `https://shop.example`. */
export async function startExchange(): Promise<Exchange> {
  const application = await startFakeApplication();
  const simulator = await startTwilioSimulator({
    authToken,
    closeDetectionMs: 10,
    speak: () => Promise.resolve(new Uint8Array(480)),
    connectTo: { "https://shop.example": application.url, "wss://shop.example": application.url },
  });
  let streamCount = 0;
  const nextStream = (): Promise<ReceivedStream> => application.stream(streamCount++);
  const call: Exchange["call"] = (path, twiml, more = {}) => {
    application.answer(path, twiml);
    return simulator.startCall({ ...numbers, webhookUrl: `${application.url}${path}`, ...more });
  };
  return {
    application,
    simulator,
    nextStream,
    call,
    connect: (attributes = "", content = "") =>
      `<Response><Connect ${attributes}><Stream url="${application.webSocketUrl}/ws/media">${content}</Stream></Connect></Response>`,
    async callWithStream(path, twiml) {
      const callSid = call(path, twiml);
      return { callSid, stream: await nextStream() };
    },
    async ended(callSid) {
      for (;;) {
        const report = simulator.describeCall(callSid);
        if (report === undefined) throw new Error(`no call ${callSid}`);
        if (report.end !== undefined) return report;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    faults: (...rules) => simulator.faults.replace(rules),
    async close() {
      await simulator.close();
      await application.close();
    },
  };
}
