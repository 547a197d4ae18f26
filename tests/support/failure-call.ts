/** The calls that failures happen to: a short order, played by a patient caller, and a bystander who only looks around. */
import type { HeardPattern } from "../../simulators/caller/heard-pattern.ts";
import { isHeardIn } from "../../simulators/caller/heard-pattern.ts";
import type { Meaning } from "../../simulators/caller/scenario-format.ts";
import type { SimulatedCall } from "../../simulators/caller/simulated-call.ts";

/** Who calls. */
export type Customer = { readonly phone: string; readonly pin: string; readonly last4: string };

/**
 * When in the call a failure happens. What happens runs beside the call, and is awaited before the call counts as over; only `greeted` is awaited
 * before the caller goes on.
 */
export type Moment = "greeted" | "searching" | "listing" | "ordering" | "identifying" | "confirming" | "receipt";

/** Failures to cause, by moment; each is told which call it happens to. */
export type Injections = Partial<Readonly<Record<Moment, (call: SimulatedCall) => Promise<void>>>>;

/** What the caller went through. */
export type CallReport = {
  readonly callSid: string;
  /** What was said, in order; `tries` is how often until the answer was heard. */
  readonly said: readonly { readonly text: string; readonly tries: number }[];
  readonly heardReceipt: boolean;
  /** The agent ended the call after its last words. */
  readonly endedByAgent: boolean;
  /** Longest time the caller waited for words of the agent, in milliseconds. */
  readonly longestSilenceMs: number;
  /** What was not as a caller could expect, in words; empty for a call that went well. */
  readonly complaints: readonly string[];
  readonly transcript: string;
};

type Line = { readonly text: string; readonly means: Meaning; readonly expects: HeardPattern };

const replyMs = 25_000;
const maxTries = 3;

const order = {
  search: {
    text: "I am looking for noise cancelling headphones under two hundred dollars.",
    means: {
      intent: "searchProducts",
      entities: { query: "noise cancelling headphones", priceMaxMinor: 20_000 },
    },
    expects: "Harbor headphones",
  },
  choose: {
    text: "I would like to order the black Harbor headphones.",
    means: { intent: "orderProduct", entities: { productName: "black Harbor headphones" } },
    expects: /\bPIN\b/i,
  },
  confirm: {
    text: "Yes, please.",
    means: { intent: "confirm", entities: {} },
    expects: "order number",
  },
  leave: {
    text: "No, thank you. Good-bye.",
    means: { intent: "goodbye", entities: {} },
    expects: /bye|thank/i,
  },
} as const satisfies Record<string, Line>;

/** The last words of a list of products. */
export const endOfList = "Which one would you like";

const look = (text: string, query: string, expects: RegExp): Line => ({
  text,
  means: { intent: "searchProducts", entities: { query } },
  expects,
});

/** Kinds of things a bystander asks for; no two alike, since repeating oneself is a signal of fraud. */
const browsing: readonly Line[] = [
  look("Show me yoga mats.", "yoga mats", /yoga mat/i),
  look("Do you have a tent for camping?", "camping tent", /tent/i),
  look("I need a good floor lamp.", "floor lamp", /lamp/i),
  look("Please find me a rain jacket.", "rain jacket", /jacket|poncho/i),
  look("What kettles are there?", "kettle", /kettle/i),
  look("A bed for my dog would be nice.", "dog bed", /dog bed/i),
  look("Are there any jigsaw puzzles?", "jigsaw puzzle", /jigsaw|puzzle/i),
  look("Find a suitcase I can carry on.", "carry-on suitcase", /suitcase/i),
  look("My office could use a chair.", "office chair", /chair/i),
  look("Something to cut the hedge with.", "hedge shears", /shears|pruners|loppers|trimmer/i),
];

/** What the simulated model must know for these calls, as its control endpoint takes it. */
export function callMeanings(): readonly {
  readonly text: string;
  readonly answer: Readonly<Record<string, unknown>>;
}[] {
  return [...Object.values(order), ...browsing].map(({ text, means }) => ({
    text,
    answer: { ...means, confidence: 0.95 },
  }));
}

/** Plays a caller who says a thing again when no answer comes, as people do. */
class PatientCaller {
  readonly call: SimulatedCall;
  readonly said: { text: string; tries: number }[] = [];
  readonly complaints: string[] = [];
  longestSilenceMs = 0;

  constructor(call: SimulatedCall) {
    this.call = call;
  }

  /** Says (or presses) something until what is expected was heard. Throws when it never is. */
  async until(
    line: Pick<Line, "text" | "expects">,
    act: () => Promise<void> = () => this.call.say(line.text),
  ): Promise<void> {
    const entry = { text: line.text, tries: 0 };
    this.said.push(entry);
    for (;;) {
      entry.tries += 1;
      await act();
      const since = performance.now();
      try {
        await this.call.hearUntil(line.expects, replyMs);
        this.#noteSilence(this.call.turnTimes().firstWordMs ?? performance.now() - since);
        return;
      } catch (error) {
        this.#noteSilence(this.call.turnTimes().firstWordMs ?? performance.now() - since);
        if (this.call.isOver || entry.tries === maxTries) throw error;
      }
    }
  }

  /** Listens until the agent has finished; a reply that was heard in part counts. */
  async listen(): Promise<void> {
    await this.call.hearTurn(replyMs);
  }

  #noteSilence(silenceMs: number): void {
    this.longestSilenceMs = Math.max(this.longestSilenceMs, Math.round(silenceMs));
  }

  report(heardReceipt: boolean, endedByAgent: boolean): CallReport {
    return {
      callSid: this.call.callSid,
      said: this.said,
      heardReceipt,
      endedByAgent,
      longestSilenceMs: this.longestSilenceMs,
      complaints: this.complaints,
      transcript: transcriptOf(this.call),
    };
  }
}

/** Orders the black Harbor headphones on an answered call: search, order, PIN, yes, receipt, good-bye. Hangs up in the end in any case. */
export async function playOrder(
  call: SimulatedCall,
  customer: Customer,
  injections: Injections = {},
): Promise<CallReport> {
  const caller = new PatientCaller(call);
  const running: Promise<void>[] = [];
  const begin = (moment: Moment): void => {
    const injected = injections[moment]?.(call).catch((error: unknown) => {
      caller.complaints.push(`the failure could not be caused (${moment}): ${messageOf(error)}`);
    });
    if (injected !== undefined) running.push(injected);
  };
  let heardReceipt = false;
  let endedByAgent = false;
  try {
    await caller.listen();
    await injections.greeted?.(call);
    begin("searching");
    await caller.until(order.search);
    begin("listing");
    // Listening to the whole list is what makes a failure while the agent speaks audible.
    if (injections.listing !== undefined) await call.hearUntil(endOfList, replyMs).catch(() => undefined);
    begin("ordering");
    await caller.until(order.choose);
    begin("identifying");
    const keys = { text: `${customer.pin}#`, expects: new RegExp([...customer.last4].join("\\s*")) };
    await caller.until(keys, () => call.press(keys.text));
    await call.hearUntil("place the order", replyMs);
    begin("confirming");
    await caller.until(order.confirm);
    heardReceipt = true;
    begin("receipt");
    await caller.listen();
    await caller.until(order.leave);
    const ending = await within(call.ended, 30_000);
    endedByAgent = ending?.by === "agent";
  } catch (error) {
    caller.complaints.push(messageOf(error));
  }
  await call.hangUp();
  await Promise.all(running);
  return caller.report(heardReceipt, endedByAgent);
}

/**
 * Looks for one thing after the other until told that it is enough, at least twice; then says good-bye. One in no hurry hears every list to its end, and so
 * stays on the line for some minutes.
 */
export async function playBystander(
  call: SimulatedCall,
  isEnough: () => boolean,
  isInHurry = true,
): Promise<CallReport> {
  const caller = new PatientCaller(call);
  let endedByAgent = false;
  try {
    await caller.listen();
    for (const [index, line] of browsing.entries()) {
      if (index >= 2 && isEnough()) break;
      await caller.until(line);
      if (!isInHurry) await caller.listen();
    }
    await caller.until(order.leave);
    endedByAgent = (await within(call.ended, 30_000))?.by === "agent";
  } catch (error) {
    caller.complaints.push(messageOf(error));
  }
  await call.hangUp();
  return caller.report(false, endedByAgent);
}

/** Whether the agent said something in the call. */
export function hasHeard(report: CallReport, pattern: HeardPattern): boolean {
  return isHeardIn(report.transcript, pattern);
}

/** Words as they count when heard and said are compared. */
export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9' -]/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function transcriptOf(call: SimulatedCall): string {
  return call
    .transcript()
    .map((event) => {
      const at = `${(event.atMs / 1000).toFixed(1).padStart(6)} s`;
      if (event.kind === "agent-said") return `${at}  agent: ${event.text}${event.isCut ? " —" : ""}`;
      if (event.kind === "caller-said") return `${at}  caller: ${event.text}`;
      if (event.kind === "caller-pressed") return `${at}  caller presses keys`;
      if (event.kind === "ended") return `${at}  ended: ${event.reason}`;
      return `${at}  ${event.kind}`;
    })
    .join("\n");
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const timer = Promise.withResolvers<undefined>();
  const timeout = setTimeout(() => timer.resolve(undefined), timeoutMs);
  try {
    return await Promise.race([promise, timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
