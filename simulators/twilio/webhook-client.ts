import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultScript } from "../kit/fault-script.ts";
import { type ConnectionOverrides, readConnectionOverrides } from "./connection-overrides.ts";
import { type SignedParameters, signTwilioRequest } from "./signature.ts";
import { TwilioError, twilioErrors } from "./twilio-error.ts";

/** One request to the application: a webhook for TwiML, or a status callback. */
export type WebhookRequest = {
  /** Absolute, possibly with connection overrides in its fragment. */
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly parameters: SignedParameters;
};

/** What came back. */
export type WebhookAnswer = { readonly status: number; readonly contentType: string; readonly body: string };

/** One try of a webhook, kept for assertions; `outcome` is the HTTP status or the kind of failure. */
export type WebhookTry = {
  readonly url: string;
  readonly idempotencyToken: string;
  readonly parameters: SignedParameters;
  readonly outcome: string;
};

/** What the client needs from its simulator. */
export type WebhookClientOptions = {
  readonly authToken: string;
  readonly faults: FaultScript;
  /** Where to connect for a public origin, e.g. `https://shop.example` → `http://127.0.0.1:8080`; the signature keeps the public URL. */
  readonly connectTo: Readonly<Record<string, string>>;
  onTry(attempt: WebhookTry): void;
};

type FailureKind = "ct" | "rt";
type Sent = { readonly answer: WebhookAnswer } | { readonly failure: FailureKind; readonly message: string };

const maxAnswerBytes = 262_144;

/** Sends signed webhooks as Twilio does: form parameters, signature, idempotency token, time-outs and retries. */
export class WebhookClient {
  readonly #options: WebhookClientOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, maxSockets: 256 });
  #previous: WebhookRequest | undefined;

  constructor(options: WebhookClientOptions) {
    this.#options = options;
  }

  /** Sends and gives the answer of the last try; throws {@link TwilioError} 11200 when there is none, or when it is not 2xx. */
  async send(webhook: WebhookRequest, signal?: AbortSignal): Promise<WebhookAnswer> {
    const fault = this.#options.faults.next("webhook");
    if (fault?.kind === "delay") await sleep(fault.delayMs);
    if (fault?.kind === "wrong" && fault.code === "replay" && this.#previous !== undefined) {
      const replayed = this.#previous;
      await this.#sendWithRetries(replayed, randomUUID(), signal).catch(() => undefined);
    }
    this.#previous = webhook;
    const token = randomUUID();
    if (fault?.kind === "error") throw new TwilioError(twilioErrors.retrievalFailure, "webhook failed as scripted");
    const sending = this.#sendWithRetries(webhook, token, signal);
    if (fault?.kind === "wrong" && fault.code === "duplicate")
      void this.#sendWithRetries(webhook, token, signal).catch(() => undefined);
    return await sending;
  }

  close(): void {
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  async #sendWithRetries(webhook: WebhookRequest, token: string, signal?: AbortSignal): Promise<WebhookAnswer> {
    const overrides = readConnectionOverrides(webhook.url);
    const startMs = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const remainingMs = overrides.totalTimeoutMs - (performance.now() - startMs);
      const sent = await this.#sendOnce(webhook, token, overrides, remainingMs, signal);
      const outcome = "answer" in sent ? String(sent.answer.status) : sent.message;
      this.#options.onTry({ url: webhook.url, idempotencyToken: token, parameters: webhook.parameters, outcome });
      if ("answer" in sent && sent.answer.status >= 200 && sent.answer.status < 300) return sent.answer;
      const kind = "failure" in sent ? sent.failure : sent.answer.status >= 500 ? "5xx" : "4xx";
      const isOver = performance.now() - startMs >= overrides.totalTimeoutMs;
      if (attempt >= overrides.retryCount || !overrides.retryOn.has(kind) || isOver || signal?.aborted === true)
        throw new TwilioError(twilioErrors.retrievalFailure, `HTTP retrieval failure: ${outcome}`);
    }
  }

  #sendOnce(
    webhook: WebhookRequest,
    token: string,
    overrides: ConnectionOverrides,
    remainingMs: number,
    signal?: AbortSignal,
  ): Promise<Sent> {
    const signed = new URL(webhook.url);
    signed.hash = "";
    const form = new URLSearchParams(webhook.parameters);
    if (webhook.method === "GET") for (const [name, value] of form) signed.searchParams.append(name, value);
    // The URL must be signed exactly as it was given: `URL` would rewrite some of it.
    const signedUrl = webhook.method === "GET" ? signed.href : (webhook.url.split("#")[0] ?? "");
    const local = this.#options.connectTo[signed.origin];
    const target = local === undefined ? signed : new URL(signed.pathname + signed.search, local);
    const isTls = target.protocol === "https:";
    const body = webhook.method === "POST" ? form.toString() : "";
    const headers: Record<string, string> = {
      host: signed.host,
      "user-agent": "TwilioProxy/1.1",
      accept: "*/*",
      "x-twilio-signature": signTwilioRequest(
        this.#options.authToken,
        signedUrl,
        webhook.method === "POST" ? webhook.parameters : {},
      ),
      "i-twilio-idempotency-token": token,
    };
    if (webhook.method === "POST") {
      headers["content-type"] = "application/x-www-form-urlencoded; charset=UTF-8";
      headers["content-length"] = String(Buffer.byteLength(body));
    }
    return new Promise((resolve) => {
      let isConnected = false;
      const send = isTls ? tlsRequest : request;
      const outgoing = send(target, {
        method: webhook.method,
        headers,
        agent: isTls ? this.#tlsAgent : this.#agent,
        ...(signal === undefined ? {} : { signal }),
      });
      const finish = (sent: Sent): void => {
        clearTimeout(connectTimer);
        clearTimeout(answerTimer);
        resolve(sent);
      };
      const fail = (failure: FailureKind, message: string): void => {
        finish({ failure, message });
        outgoing.destroy();
      };
      const connectTimer = setTimeout(() => {
        if (!isConnected) fail("ct", "connect timed out");
      }, overrides.connectTimeoutMs);
      const answerTimer = setTimeout(
        () => fail("rt", "timed out"),
        Math.max(1, Math.min(remainingMs, overrides.readTimeoutMs)),
      );
      outgoing.on("socket", (socket) => {
        if (socket.connecting)
          socket.once(isTls ? "secureConnect" : "connect", () => {
            isConnected = true;
          });
        else isConnected = true;
      });
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        // A kept connection that the server had closed in the meantime was never a connection for this request.
        const isStale = outgoing.reusedSocket && error.code === "ECONNRESET";
        finish({ failure: isConnected && !isStale ? "rt" : "ct", message: error.code ?? error.message });
      });
      outgoing.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswerBytes) fail("rt", "answer is too long");
          else chunks.push(chunk);
        });
        response.on("error", () => finish({ failure: "rt", message: "answer was cut" }));
        response.on("end", () =>
          finish({
            answer: {
              status: response.statusCode ?? 0,
              contentType: response.headers["content-type"] ?? "",
              body: Buffer.concat(chunks).toString("utf8"),
            },
          }),
        );
      });
      outgoing.end(body);
    });
  }
}
