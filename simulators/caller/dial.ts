import { WebSocket } from "ws";
import { type CallerOptions, SimulatedCall } from "./simulated-call.ts";

/** Whom to call, through which simulated exchange, and how to behave. */
export type DialOptions = CallerOptions & {
  /** Control URL of the Twilio simulator, `http://127.0.0.1:port`. */
  readonly twilioControl: string;
  /** E.164 numbers. */
  readonly from: string;
  readonly to: string;
  /** The voice webhook of the application. */
  readonly webhookUrl: string;
  readonly fallbackUrl?: string;
  readonly statusCallbackUrl?: string;
  readonly stirVerstat?: string;
  /** How long it may ring, 30 s by default. */
  readonly answerTimeoutMs?: number;
};

async function startCall(options: DialOptions): Promise<{ callSid: string; callerUrl: string }> {
  const { from, to, webhookUrl, fallbackUrl, statusCallbackUrl, stirVerstat } = options;
  const body = JSON.stringify({
    from,
    to,
    webhookUrl,
    fallbackUrl,
    statusCallbackUrl,
    stirVerstat,
    shouldWaitForCaller: true,
  });
  let response: Response;
  try {
    response = await fetch(new URL("/_control/calls", options.twilioControl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    throw new Error(`the Twilio simulator does not answer at ${options.twilioControl}`, { cause: error });
  }
  if (response.status !== 201) throw new Error(`the Twilio simulator refused the call: ${await response.text()}`);
  return (await response.json()) as { callSid: string; callerUrl: string };
}

/** Dials and waits until the call is answered. Rejects when nobody answers, with the reason that Twilio would give. */
export async function dial(options: DialOptions): Promise<SimulatedCall> {
  const { callSid, callerUrl } = await startCall(options);
  const socket = new WebSocket(callerUrl, { perMessageDeflate: false, handshakeTimeout: 10_000 });
  const call = new SimulatedCall(callSid, socket, options);
  const timeoutMs = options.answerTimeoutMs ?? 30_000;
  const timer = setTimeout(() => socket.terminate(), timeoutMs);
  try {
    await call.answered;
  } finally {
    clearTimeout(timer);
  }
  return call;
}
