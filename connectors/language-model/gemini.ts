import { ApiError, type GenerateContentResponse, GoogleGenAI } from "@google/genai";
import { PartylineError } from "../../runtime/errors.ts";
import { readGeminiAnswer, readGeminiUsage } from "./gemini-answer.ts";
import { buildGeminiRequest } from "./gemini-request.ts";
import type { LanguageModel } from "./port.ts";
import { costMicrosOf, type ModelPrice, priceOfModel } from "./prices.ts";

/** Settings of the Gemini adapter. */
export type GeminiOptions = {
  readonly apiKey: string;
  /** For example `gemini-2.5-flash`. */
  readonly model: string;
  /** Where the API is; the vendor's own address if absent. */
  readonly baseUrl?: string;
  /** Bound of one answer, 512 if absent. */
  readonly maxOutputTokens?: number;
  /** 0 if absent. */
  readonly temperature?: number;
  /** Questions under way at once; one more is refused at once. 64 if absent. */
  readonly maxInFlight?: number;
  /** Needed for a model that the price table does not know. */
  readonly price?: ModelPrice;
};

/** The adapter: the port, and what a worker needs to look after it. */
export type GeminiModel = LanguageModel & {
  /** Opens the connection before it is needed (the phone rings). Says whether the vendor answered; never throws. */
  prewarm(): Promise<boolean>;
  /** Ends what is under way with ABORTED and refuses further questions. */
  close(): Promise<void>;
};

/** `responseJsonSchema` is offered here; the SDK's default of `v1` is not used. */
const apiVersion = "v1beta";
const prewarmDeadlineMs = 3000;
const maxDeadlineMs = 60_000;

function errorOfStatus(error: ApiError): PartylineError {
  const { status } = error;
  // The vendor's message may quote the request, so only the status is repeated.
  const message = `Gemini answered with HTTP ${status}`;
  // A wrong key is answered with 400, so the reason decides.
  if (status === 401 || status === 403 || error.message.includes("API_KEY_INVALID"))
    return new PartylineError("CREDENTIALS_REFUSED", message);
  if (status === 429) return new PartylineError("VENDOR_QUOTA", message, { isRetryable: true });
  if (status === 408 || status >= 500) return new PartylineError("VENDOR_UNAVAILABLE", message, { isRetryable: true });
  return new PartylineError("VENDOR_REFUSED", message, { isRetryable: false });
}

/**
 * A language model on the Gemini API, asked for JSON by schema without streaming: nothing can be done with half a JSON object. One attempt per
 * question; whether to ask again is decided by who asked. Throws {@link PartylineError}; `RangeError` for impossible options.
 */
export function createGeminiModel(options: GeminiOptions): GeminiModel {
  const { model, maxOutputTokens = 512, temperature = 0, maxInFlight = 64 } = options;
  if (options.apiKey.trim() === "") throw new RangeError("apiKey is empty");
  const price = options.price ?? priceOfModel(model);
  if (price === undefined) throw new RangeError(`no price is known for model ${JSON.stringify(model)}: give one`);
  const client = new GoogleGenAI({
    apiKey: options.apiKey,
    vertexai: false,
    apiVersion,
    ...(options.baseUrl === undefined ? {} : { httpOptions: { baseUrl: options.baseUrl } }),
  });
  const inFlight = new Set<AbortController>();
  let isClosed = false;

  return {
    async reason(input, context) {
      if (isClosed) throw new PartylineError("ABORTED", "the adapter is closed", { isRetryable: false });
      if (inFlight.size >= maxInFlight)
        throw new PartylineError("QUEUE_FULL", `${maxInFlight} questions are under way already`, {
          isRetryable: true,
        });
      const request = buildGeminiRequest(input, { model, maxOutputTokens, temperature });
      // The deadline is kept by this signal alone: `httpOptions.timeout` would also go to the server, rounded up to whole seconds.
      const controller = new AbortController();
      let isTimedOut = false;
      const onAbort = (): void => controller.abort();
      if (context.signal.aborted) onAbort();
      context.signal.addEventListener("abort", onAbort, { once: true });
      const deadlineMs = Math.min(Math.max(1, input.deadlineMs), maxDeadlineMs);
      const timer = setTimeout(() => {
        isTimedOut = true;
        controller.abort();
      }, deadlineMs);
      inFlight.add(controller);
      const startedAt = performance.now();
      let response: GenerateContentResponse;
      try {
        response = await client.models.generateContent({
          ...request,
          config: { ...request.config, abortSignal: controller.signal },
        });
      } catch (error) {
        if (isTimedOut)
          throw new PartylineError("DEADLINE_EXCEEDED", `no answer within ${deadlineMs} ms`, {
            isRetryable: true,
          });
        if (controller.signal.aborted)
          throw new PartylineError("ABORTED", "the question was withdrawn", { isRetryable: false });
        if (error instanceof ApiError) throw errorOfStatus(error);
        // Not reached, cut, or not JSON. The cause is dropped when it may quote the body.
        throw new PartylineError("VENDOR_UNAVAILABLE", "the connection failed or the answer was cut", {
          isRetryable: true,
          cause: error instanceof SyntaxError ? undefined : error,
        });
      } finally {
        clearTimeout(timer);
        context.signal.removeEventListener("abort", onAbort);
        inFlight.delete(controller);
      }
      const vendorWaitMs = performance.now() - startedAt;
      const answer = readGeminiAnswer(response);
      if ("code" in answer)
        throw new PartylineError(answer.code, `Gemini ended with ${answer.reason}`, {
          isRetryable: answer.isRetryable,
        });
      const usage = readGeminiUsage(response);
      return {
        text: answer.text,
        model: response.modelVersion ?? model,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        costMicros: costMicrosOf(price, usage),
        vendorWaitMs,
      };
    },

    async prewarm() {
      if (isClosed) return false;
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), prewarmDeadlineMs);
      inFlight.add(controller);
      try {
        await client.models.get({ model, config: { abortSignal: controller.signal } });
        return true;
      } catch {
        return false;
      } finally {
        clearTimeout(timer);
        inFlight.delete(controller);
      }
    },

    async close() {
      isClosed = true;
      for (const controller of inFlight) controller.abort();
    },
  };
}
