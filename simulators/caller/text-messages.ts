/** The caller's telephone, as far as it gets text messages: through the simulated exchange, which keeps what was sent. */
import { type HeardPattern, isHeardIn } from "./heard-pattern.ts";

/** Whose messages, and where they are kept. */
export type Telephone = {
  /** Control URL of the Twilio simulator. */
  readonly twilioControl: string;
  /** E.164. */
  readonly number: string;
};

const pollMs = 100;

async function messagesOf({ twilioControl, number }: Telephone): Promise<readonly string[]> {
  const response = await fetch(new URL("/_control/messages", twilioControl), { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`the Twilio simulator refused its messages: ${await response.text()}`);
  const { messages } = (await response.json()) as { messages: readonly { to: string; body: string }[] };
  return messages.filter(({ to }) => to === number).map(({ body }) => body);
}

/** The newest message, once there is one that says all of this. Rejects when there is none in time. */
export async function untilMessage(
  telephone: Telephone,
  wanted: readonly HeardPattern[],
  withinMs: number,
): Promise<string> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const newest = (await messagesOf(telephone)).findLast((body) => wanted.every((one) => isHeardIn(body, one)));
    if (newest !== undefined) return newest;
    if (performance.now() > deadline) throw new Error(`no message said ${wanted.map(String).join(", ")} in time`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function newest(telephone: Telephone): Promise<string> {
  const body = (await messagesOf(telephone)).at(-1);
  if (body === undefined) throw new Error("there is no message");
  return body;
}

/** Opens the link of the newest message, pays on the page behind it and approves the payment. */
export async function followLink(telephone: Telephone): Promise<void> {
  const link = /https?:\/\/\S+/.exec(await newest(telephone))?.[0];
  if (link === undefined) throw new Error("the newest message has no link");
  const response = await fetch(link, { method: "POST", signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the page did not take the payment: ${await response.text()}`);
}

/** The six digits of the newest message. */
export async function codeOf(telephone: Telephone): Promise<string> {
  const code = /\b\d{6}\b/.exec(await newest(telephone))?.[0];
  if (code === undefined) throw new Error("the newest message has no code");
  return code;
}
