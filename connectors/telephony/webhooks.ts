import type { IncomingMessage, ServerResponse } from "node:http";
import twilio from "twilio";
import { readAttestation } from "./attestation.ts";
import type { CallRecords } from "./call-records.ts";
import { cardErrorOf, readCardEntry } from "./card-result.ts";
import { readForm } from "./form-body.ts";
import type { CallEvent, CallFacts } from "./port.ts";
import type { TelephonyCounts } from "./telephony-counts.ts";
import { apologyAnswer, busyAnswer, connectAnswer, hangUpAnswer } from "./twiml-answers.ts";

/** What the webhooks need. */
export type WebhookOptions = {
  /** Origin that Twilio was given; signatures are checked against it, never against what a request claims. */
  readonly publicUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly gatewayId: string;
  readonly maxResumes: number;
  readonly records: CallRecords;
  readonly counts: TelephonyCounts;
  /** Whether this gateway takes no more calls. */
  isFull(): boolean;
  /** Whether this gateway is about to end: what it answers holds, but further requests go to others. */
  isLeaving(): boolean;
  onEvent(callSid: string, event: CallEvent): void;
};

type Parameters = Readonly<Record<string, string>>;
type Answer = { readonly status: number; readonly twiml?: string };
type Step =
  | { readonly name: "voice" }
  | { readonly name: "status" }
  | { readonly name: "cardStatus" }
  | { readonly name: "card"; readonly attachment: number }
  | { readonly name: "resume"; readonly attachment: number };

const callSidPattern = /^CA[0-9a-fA-F]{32}$/;
const overStatuses: readonly string[] = ["completed", "busy", "failed", "no-answer", "canceled"];
const failedStatuses: readonly string[] = ["busy", "failed", "no-answer"];

function stepOf(url: string): Step | null {
  if (url === "/twilio/voice") return { name: "voice" };
  if (url === "/twilio/status") return { name: "status" };
  if (url === "/twilio/card-status") return { name: "cardStatus" };
  const [, name, attachment] = /^\/twilio\/(resume|card)\?attachment=([1-9]\d{0,3})$/.exec(url) ?? [];
  if (name === undefined || attachment === undefined) return null;
  return { name: name === "card" ? "card" : "resume", attachment: Number(attachment) };
}

function numberOf(text: string | undefined): string {
  return text !== undefined && /^\+[1-9]\d{1,14}$/.test(text) ? text : "";
}

/**
 * Twilio's webhooks: a call arrives, comes back after its stream ended, changes its status. Answers only what Twilio signed, and answers a
 * repeated or replayed request with what it answered first, so that doing it again has no effect. Source: Twilio, "Webhooks security".
 */
export class Webhooks {
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Whether the path is a webhook's. */
  serves(url: string): boolean {
    return stepOf(url) !== null;
  }

  /** Answers a request; every fault has a constant answer, and none says more than that. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { counts } = this.#options;
    const answer = await this.#answer(request).catch((): Answer => {
      counts.add("webhook.failed");
      return { status: 503 };
    });
    if (response.destroyed) return;
    const isTaken = request.complete;
    response.statusCode = answer.status;
    // A body that was not read to its end would be taken for the next request.
    if (!isTaken || this.#options.isLeaving()) response.setHeader("connection", "close");
    if (answer.twiml !== undefined) response.setHeader("content-type", "text/xml; charset=utf-8");
    response.end(answer.twiml ?? "", () => {
      if (!isTaken) request.destroy();
    });
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { publicUrl, accountSid, authToken, counts } = this.#options;
    const step = stepOf(request.url ?? "");
    if (step === null) return { status: 404 };
    if (request.method !== "POST") return { status: 405 };
    const signature = request.headers["x-twilio-signature"];
    if (typeof signature !== "string") {
      counts.add("webhook.unsigned");
      return { status: 403 };
    }
    const form = await readForm(request);
    if ("status" in form) {
      counts.add("webhook.badBody");
      return form;
    }
    const url = `${publicUrl}${request.url}`;
    if (!twilio.validateRequest(authToken, signature, url, form.parameters)) {
      counts.add("webhook.badSignature");
      return { status: 403 };
    }
    const parameters: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(form.parameters)) {
      if (typeof value === "string") parameters[name] = value;
    }
    const { CallSid: callSid, AccountSid: account } = parameters;
    if (callSid === undefined || !callSidPattern.test(callSid) || account !== accountSid) {
      counts.add("webhook.badCall");
      return { status: 400 };
    }
    counts.add(`webhook.${step.name}`);
    switch (step.name) {
      case "voice":
        return this.#voice(callSid, parameters);
      case "status":
        return this.#status(callSid, parameters);
      case "resume":
        return this.#resume(callSid, step.attachment, parameters);
      case "card":
        return this.#card(callSid, step.attachment, parameters);
      case "cardStatus":
        counts.add(`card.${cardErrorOf(parameters)}`);
        return { status: 204 };
    }
  }

  async #voice(callSid: string, parameters: Parameters): Promise<Answer> {
    const { records, counts } = this.#options;
    const given = await records.answerTo(callSid, "voice");
    if (given !== null) return this.#repeat(given);
    if (this.#options.isFull()) {
      counts.add("call.refused");
      return { status: 200, twiml: busyAnswer() };
    }
    const facts = this.#factsOf(callSid, parameters);
    await records.start(callSid, facts);
    return this.#connect(callSid, 0, "voice", facts);
  }

  async #resume(callSid: string, attachment: number, parameters: Parameters): Promise<Answer> {
    const { records, counts, maxResumes } = this.#options;
    if (overStatuses.includes(parameters.CallStatus ?? "")) return this.#status(callSid, parameters);
    const step = `resume-${attachment}`;
    const given = await records.answerTo(callSid, step);
    if (given !== null) return this.#repeat(given);
    const record = await records.find(callSid);
    if (record?.isOver === true || record?.ending === "agentHungUp") return { status: 200, twiml: hangUpAnswer() };
    if (attachment > maxResumes + (record?.handOvers ?? 0) + (record?.cardEntries ?? 0)) {
      counts.add("call.givenUp");
      await records.rememberEnding(callSid, "agentHungUp");
      return { status: 200, twiml: apologyAnswer() };
    }
    counts.add("call.resumed");
    // A store that lost the call must not end it: what is needed comes with the request.
    if (record === null) await records.start(callSid, this.#factsOf(callSid, parameters));
    return this.#connect(callSid, attachment, step, null);
  }

  /** The caller has keyed a card in, or has not: kept for the stream that comes back. */
  async #card(callSid: string, attachment: number, parameters: Parameters): Promise<Answer> {
    const { records, counts } = this.#options;
    if (overStatuses.includes(parameters.CallStatus ?? "")) return this.#status(callSid, parameters);
    const step = `card-${attachment}`;
    const given = await records.answerTo(callSid, step);
    if (given !== null) return this.#repeat(given);
    const record = await records.find(callSid);
    if (record?.isOver === true || record?.ending === "agentHungUp") return { status: 200, twiml: hangUpAnswer() };
    if (record === null) await records.start(callSid, this.#factsOf(callSid, parameters));
    const newest = record?.attachment ?? -1;
    const entry = readCardEntry(parameters);
    // Newer streams came meanwhile: the dialogue has gone on without a card, and what was keyed counts no more.
    const isLate = newest >= attachment;
    if (!isLate) await records.keepCardEntry(callSid, entry);
    counts.add(isLate ? "card.late" : `card.${entry.outcome}`);
    return this.#connect(callSid, isLate ? newest + 1 : attachment, step, null);
  }

  /** Mints a token and answers with it; a request that was answered at the same time gets that answer. */
  async #connect(callSid: string, attachment: number, step: string, arrived: CallFacts | null): Promise<Answer> {
    const { records, onEvent } = this.#options;
    const token = await records.mintToken({ callSid, attachment });
    const twiml = connectAnswer(this.#options, token, attachment);
    if (!(await records.keepAnswer(callSid, step, twiml))) {
      await records.takeToken(token);
      const given = await records.answerTo(callSid, step);
      return given === null ? { status: 503 } : this.#repeat(given);
    }
    if (arrived !== null) onEvent(callSid, { type: "callArrived", facts: arrived });
    return { status: 200, twiml };
  }

  async #status(callSid: string, parameters: Parameters): Promise<Answer> {
    const { records, counts, onEvent } = this.#options;
    const status = parameters.CallStatus ?? "";
    if (!overStatuses.includes(status)) return { status: 204 };
    if ((await records.answerTo(callSid, "over")) !== null) {
      counts.add("webhook.repeated");
      return { status: 204 };
    }
    const record = await records.find(callSid);
    const facts = record === null || record.isOver ? null : record.facts;
    const hasFailed = failedStatuses.includes(status);
    // Told before it is noted: what fails here is asked again, and an end that is told twice is one record.
    onEvent(callSid, { type: "callOver", hasFailed, ending: record?.ending ?? null, facts });
    await records.keepAnswer(callSid, "over", status);
    return { status: 204 };
  }

  #repeat(twiml: string): Answer {
    this.#options.counts.add("webhook.repeated");
    return { status: 200, twiml };
  }

  #factsOf(callSid: string, parameters: Parameters): CallFacts {
    return {
      callSid,
      fromNumber: numberOf(parameters.From),
      toNumber: numberOf(parameters.To),
      attestation: readAttestation(parameters.StirVerstat),
      startedAtMs: Date.now(),
      answeredBy: this.#options.gatewayId,
    };
  }
}
