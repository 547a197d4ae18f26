import { setTimeout as sleep } from "node:timers/promises";
import type { FaultScript } from "../kit/fault-script.ts";

/** A text message that the application sent, kept for assertions. */
export type SentMessage = { readonly sid: string; readonly from: string; readonly to: string; readonly body: string };

/** A refusal with its code of Twilio's catalogue. */
export type MessageFailure = { readonly status: number; readonly code: number; readonly message: string };

type Kept = SentMessage & {
  readonly createdAt: Date;
  readonly statusCallback: string;
  readonly status: "queued" | "sent" | "delivered" | "undelivered";
  readonly errorCode: number | null;
};

/** What the messages need of their simulator. */
export type MessagesOptions = {
  readonly accountSid: string;
  readonly faults: FaultScript;
  makeSid(): string;
  /** Tells the application, signed as every webhook. */
  callBack(url: string, parameters: Readonly<Record<string, string>>): Promise<unknown>;
};

/** What comes of a request to send. */
export type SendAnswer =
  | { readonly kind: "created"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "failed"; readonly failure: MessageFailure }
  /** The connection breaks, whether or not the message was taken. */
  | { readonly kind: "cut" };

const e164 = /^\+[1-9]\d{6,14}$/;
const maxKept = 1000;
/** Numbers that are always refused. https://www.twilio.com/docs/iam/test-credentials#test-sms-messages-parameters-To */
const refusedNumbers: Readonly<Record<string, readonly [code: number, message: string]>> = {
  "+15005550001": [21_211, "The 'To' number is not a valid phone number."],
  "+15005550002": [21_612, "The 'To' phone number is not currently reachable via SMS."],
  "+15005550003": [21_408, "Permission to send an SMS has not been enabled for the region."],
  "+15005550004": [21_610, "Attempt to send to unsubscribed recipient."],
  "+15005550009": [21_614, "The 'To' number is not a valid mobile number."],
};
/** Taken, and never delivered: the telephone is off. Not one of the vendor's numbers. */
const unreachableNumber = "+15005550099";
const unreachableCode = 30_003;

function refuse(code: number, message: string, status = 400): SendAnswer {
  return { kind: "failed", failure: { status, code, message } };
}

/** The account's text messages: takes them, keeps them, and tells by status callbacks what becomes of them. */
export class Messages {
  readonly #options: MessagesOptions;
  #kept: Kept[] = [];

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  list(): readonly SentMessage[] {
    return this.#kept.map(({ sid, from, to, body }) => ({ sid, from, to, body }));
  }

  clear(): void {
    this.#kept = [];
  }

  /** `POST …/Messages.json`. Source: Twilio, "Message resource", create. */
  async create(form: URLSearchParams): Promise<SendAnswer> {
    const fault = this.#options.faults.next("messages.create");
    if (fault?.kind === "delay" && fault.code === "before") await sleep(fault.delayMs);
    if (fault?.kind === "cut" && fault.code === "before") return { kind: "cut" };
    if (fault?.kind === "error") {
      const status = Number(fault.code) || 500;
      return refuse(status === 429 ? 20_429 : 20_500, status === 429 ? "Too Many Requests" : "Internal error", status);
    }
    const to = form.get("To") ?? "";
    const from = form.get("From") ?? form.get("MessagingServiceSid") ?? "";
    const body = form.get("Body") ?? "";
    if (!e164.test(to)) return refuse(21_211, "The 'To' number is not a valid phone number.");
    if (from === "") return refuse(21_603, "A 'From' phone number is required.");
    if (body === "") return refuse(21_602, "The message body must have 1 to 1600 characters.");
    if (body.length > 1600) return refuse(21_617, "The message body must have 1 to 1600 characters.");
    const refused = refusedNumbers[to];
    if (refused !== undefined) return refuse(...refused);
    const kept: Kept = {
      sid: this.#options.makeSid(),
      from,
      to,
      body,
      createdAt: new Date(),
      statusCallback: form.get("StatusCallback") ?? "",
      status: "queued",
      errorCode: null,
    };
    this.#kept = [...this.#kept.slice(1 - maxKept), kept];
    void this.#deliver(kept);
    if (fault?.kind === "cut") return { kind: "cut" };
    if (fault?.kind === "delay" && fault.code !== "before") await sleep(fault.delayMs);
    return { kind: "created", body: this.#describe(kept) };
  }

  /** `GET …/Messages.json`: newest first, by recipient. */
  page(query: URLSearchParams): Readonly<Record<string, unknown>> {
    const to = query.get("To");
    const size = Math.min(1000, Math.max(1, Number(query.get("PageSize") ?? "50") || 50));
    const found = this.#kept.filter((message) => to === null || message.to === to).toReversed();
    const uri = `/2010-04-01/Accounts/${this.#options.accountSid}/Messages.json`;
    return {
      messages: found.slice(0, size).map((message) => this.#describe(message)),
      page: 0,
      page_size: size,
      start: 0,
      end: Math.max(0, Math.min(size, found.length) - 1),
      uri,
      first_page_uri: uri,
      next_page_uri: null,
      previous_page_uri: null,
    };
  }

  async #deliver(message: Kept): Promise<void> {
    await sleep(5);
    await this.#become(message.sid, { status: "sent" });
    const isReached = message.to !== unreachableNumber;
    const end = isReached
      ? ({ status: "delivered" } as const)
      : ({ status: "undelivered", errorCode: unreachableCode } as const);
    await this.#become(message.sid, end);
  }

  async #become(sid: string, change: Partial<Pick<Kept, "status" | "errorCode">>): Promise<void> {
    const index = this.#kept.findIndex((message) => message.sid === sid);
    const known = this.#kept[index];
    if (known === undefined) return;
    const changed = { ...known, ...change };
    this.#kept = this.#kept.with(index, changed);
    if (changed.statusCallback === "") return;
    const { accountSid } = this.#options;
    const parameters = {
      AccountSid: accountSid,
      ApiVersion: "2010-04-01",
      From: changed.from,
      MessageSid: sid,
      MessageStatus: changed.status,
      SmsSid: sid,
      SmsStatus: changed.status,
      To: changed.to,
      ...(changed.errorCode === null ? {} : { ErrorCode: String(changed.errorCode) }),
    };
    // A callback that fails is not repeated beyond the webhook's own rules.
    await this.#options.callBack(changed.statusCallback, parameters).catch(() => undefined);
  }

  #describe(message: Kept): Readonly<Record<string, unknown>> {
    const { accountSid } = this.#options;
    return {
      sid: message.sid,
      account_sid: accountSid,
      api_version: "2010-04-01",
      body: message.body,
      from: message.from,
      to: message.to,
      status: message.status,
      direction: "outbound-api",
      num_segments: String(Math.ceil(message.body.length / 153)),
      num_media: "0",
      error_code: message.errorCode,
      error_message: null,
      date_created: message.createdAt.toUTCString(),
      date_updated: message.createdAt.toUTCString(),
      date_sent: message.status === "queued" ? null : message.createdAt.toUTCString(),
      price: null,
      price_unit: "USD",
      messaging_service_sid: null,
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
      subresource_uris: {},
    };
  }
}
