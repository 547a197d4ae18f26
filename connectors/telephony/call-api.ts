import twilio from "twilio";
import { PartylineError } from "../../runtime/errors.ts";
import { transferAnswer } from "./twiml-answers.ts";

type RequestOptions<Data> = Parameters<typeof twilio.RequestClient.prototype.request<Data>>[0];

/** Twilio's REST API at another origin than the SDK's own: a simulator, or an egress proxy. */
class RelocatedClient extends twilio.RequestClient {
  readonly #origin: string;

  constructor(origin: string, timeoutMs: number) {
    super({ timeout: timeoutMs, keepAlive: true });
    this.#origin = origin;
  }

  override request<Data>(options: RequestOptions<Data>) {
    const asked = new URL(options.uri);
    return super.request<Data>({ ...options, uri: `${this.#origin}${asked.pathname}${asked.search}` });
  }
}

const timeoutMs = 5000;
const notFound = 404;

/** Settings of the REST client. */
export type CallApiOptions = {
  readonly accountSid: string;
  readonly authToken: string;
  /** Origin of the API. */
  readonly apiBase: string;
};

/** Updates live calls through Twilio's REST API. Source: Twilio, "Call resource", update. */
export class CallApi {
  readonly #client: ReturnType<typeof twilio>;

  constructor({ accountSid, authToken, apiBase }: CallApiOptions) {
    const httpClient = new RelocatedClient(new URL(apiBase).origin, timeoutMs);
    this.#client = twilio(accountSid, authToken, { httpClient });
  }

  /** Ends a call. `wasOver` when there was nothing to end any more. */
  hangUp(callSid: string): Promise<{ readonly wasOver: boolean }> {
    return this.#update(callSid, { status: "completed" });
  }

  /** Connects a call with a number (E.164); its media stream ends. */
  transfer(callSid: string, toNumber: string): Promise<{ readonly wasOver: boolean }> {
    return this.#update(callSid, { twiml: transferAnswer(toNumber) });
  }

  /** Replaces what the call is doing; its media stream ends. */
  direct(callSid: string, twiml: string): Promise<{ readonly wasOver: boolean }> {
    return this.#update(callSid, { twiml });
  }

  async #update(
    callSid: string,
    change: { readonly status: "completed" } | { readonly twiml: string },
  ): Promise<{ readonly wasOver: boolean }> {
    try {
      await this.#client.calls(callSid).update(change);
      return { wasOver: false };
    } catch (thrown) {
      const status = statusOf(thrown);
      // 404 with code 20404: the call is over; 400 with code 21220: it is not in progress any more.
      if (status === notFound || codeOf(thrown) === 21_220) return { wasOver: true };
      if (status === 401 || status === 403) {
        throw new PartylineError("CREDENTIALS_REFUSED", "Twilio does not accept the account's credentials");
      }
      if (status === 429) throw new PartylineError("VENDOR_QUOTA", "Twilio limits requests", { isRetryable: true });
      if (status !== undefined && status >= 400 && status < 500) {
        throw new PartylineError("VENDOR_REFUSED", `Twilio refused to change the call (status ${status})`);
      }
      throw new PartylineError("VENDOR_UNAVAILABLE", "Twilio's API did not answer", { isRetryable: true });
    }
  }
}

function numberIn(thrown: unknown, field: "status" | "code"): number | undefined {
  const value = typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>)[field] : undefined;
  return typeof value === "number" ? value : undefined;
}

function statusOf(thrown: unknown): number | undefined {
  return numberIn(thrown, "status");
}

function codeOf(thrown: unknown): number | undefined {
  return numberIn(thrown, "code");
}
