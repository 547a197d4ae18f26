import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { handleControlRequest } from "../kit/control-server.ts";
import type { Fault, FaultRule } from "../kit/fault-script.ts";
import { BodyTooLong, readBody } from "../kit/http-body.ts";
import { startHttpServer } from "../kit/http-server.ts";
import { createInstruments } from "../kit/instruments.ts";
import { createRateWindow } from "../kit/rate-window.ts";
import { logLine } from "../kit/ready-line.ts";
import type { SimulatorOptions } from "../kit/simulator-settings.ts";
import { annotatedAnswer, type Candidate, confusedAnswer, limitTokens, responseBody, spoil } from "./answer.ts";
import { readEmbedRequests, vectorOf } from "./embeddings.ts";
import { type GoogleError, googleError, googleErrorOfFault } from "./google-error.ts";
import { createMeaningBook, type Meaning, type MeaningBook, parseMeanings } from "./meanings.ts";
import { type ValidRequest, validateGenerateContent } from "./request-validation.ts";

/** Settings of the simulator. */
export type GeminiSimulatorOptions = SimulatorOptions & {
  /** The only key that is accepted; any non-empty key if absent. */
  readonly apiKey?: string;
  /** Requests in any 60 seconds, 2000 if absent. */
  readonly requestsPerMinute?: number;
  readonly meanings?: readonly Meaning[];
};

/** A running simulator. */
export type GeminiSimulator = {
  readonly port: number;
  /** Adds annotations, like `POST /_control/meanings`. */
  addMeanings(meanings: readonly Meaning[]): void;
  replaceFaults(rules: readonly FaultRule[]): void;
  requestCount(operation: string): number;
  close(): Promise<void>;
};

type Operation = "generateContent" | "streamGenerateContent";
type EmbedOperation = "embedContent" | "batchEmbedContents";
type Finished = {
  readonly candidate: Candidate;
  readonly request: ValidRequest;
  readonly model: string;
  readonly fault: Fault | undefined;
};

const maxBodyBytes = 4 * 1024 * 1024;
const chunkCharacters = 24;
const route =
  /^\/v1(?:beta)?\/models\/([^/:]+)(?::(generateContent|streamGenerateContent|embedContent|batchEmbedContents))?$/;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" });
  response.end(JSON.stringify(body));
}

const errorParts = ({ httpStatus, body }: GoogleError): [number, unknown] => [httpStatus, body];

/** Sends the first half of a body whose full length was announced, then breaks the connection. */
function sendCut(response: ServerResponse, contentType: string, body: string): void {
  response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.destroy());
}

/**
 * Starts a simulator of the Gemini API's `generateContent`, `streamGenerateContent?alt=sse`, `embedContent` and `batchEmbedContents`. It is an oracle: it answers with
 * the meaning that was annotated for the caller's words; words that nobody annotated get what a confused model gives.
 */
export async function startGeminiSimulator(options: GeminiSimulatorOptions = {}): Promise<GeminiSimulator> {
  const { seed = 1, requestsPerMinute = 2000 } = options;
  const { latency, faults, requests } = createInstruments(options);
  const rate = createRateWindow(requestsPerMinute, 60_000);
  const book = createMeaningBook();
  book.add(options.meanings ?? []);
  let responses = 0;

  function refuseKey(request: IncomingMessage, url: URL): GoogleError | undefined {
    const key = request.headers["x-goog-api-key"] ?? url.searchParams.get("key") ?? "";
    if (key === "")
      return googleError(
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      );
    if (options.apiKey !== undefined && key !== options.apiKey)
      return googleError("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID");
    return undefined;
  }

  /** A caller who pauses in mid-sentence is heard in two parts; a model reads the second together with the first. */
  function meaningOf({ utterance, utteranceBefore }: ValidRequest): ReturnType<MeaningBook["find"]> {
    if (utterance === undefined) return undefined;
    const whole = utteranceBefore === undefined ? undefined : book.find(`${utteranceBefore} ${utterance}`);
    return book.find(utterance) ?? whole;
  }

  function answerFor(valid: ValidRequest, fault: Fault | undefined): Candidate {
    const found = meaningOf(valid);
    const answer = found === undefined ? confusedAnswer(valid.schema) : annotatedAnswer(found, valid.schema);
    const candidate: Candidate =
      fault?.kind === "wrong"
        ? spoil(answer, fault.code)
        : { text: valid.isJson ? JSON.stringify(answer) : JSON.stringify(answer, null, 2), finishReason: "STOP" };
    return limitTokens(candidate, valid.maxOutputTokens);
  }

  function bodyOf(finished: Finished, responseId: string, part?: { text: string; isLast: boolean }): unknown {
    const { candidate, request, model } = finished;
    return responseBody({
      model,
      responseId,
      text: part?.text ?? candidate.text,
      finishReason: candidate.finishReason,
      promptCharacters: request.promptCharacters,
      answerCharacters: candidate.text.length,
      isLast: part?.isLast ?? true,
    });
  }

  function sendUnary(response: ServerResponse, finished: Finished, responseId: string): void {
    const body = bodyOf(finished, responseId);
    if (finished.fault?.kind === "cut") sendCut(response, "application/json; charset=UTF-8", JSON.stringify(body));
    else sendJson(response, 200, body);
  }

  function sendStream(response: ServerResponse, finished: Finished, responseId: string): void {
    const { text } = finished.candidate;
    const pieces: string[] = [];
    for (let at = 0; at < text.length; at += chunkCharacters) pieces.push(text.slice(at, at + chunkCharacters));
    if (pieces.length === 0) pieces.push("");
    const events = pieces.map((piece, index) => {
      const chunk = bodyOf(finished, responseId, { text: piece, isLast: index === pieces.length - 1 });
      return `data: ${JSON.stringify(chunk)}\r\n\r\n`;
    });
    if (finished.fault?.kind === "cut") {
      sendCut(response, "text/event-stream", events.join(""));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) response.write(event);
    response.end();
  }

  async function handleGenerate(
    request: IncomingMessage,
    response: ServerResponse,
    model: string,
    operation: Operation,
  ): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const text = await readBody(request, maxBodyBytes);
    const fault = faults.next(operation);
    if (rate.take() > 0) {
      const { httpStatus, body } = googleError("RESOURCE_EXHAUSTED");
      requests.record(operation, { model, httpStatus });
      sendJson(response, httpStatus, body);
      return;
    }
    const valid = validateGenerateContent(parseJson(text), model);
    if ("message" in valid) {
      requests.record(operation, { model, httpStatus: valid.httpStatus, problem: valid.message });
      sendJson(response, valid.httpStatus, googleError(valid.status, valid.message).body);
      return;
    }
    requests.record(operation, {
      model,
      promptCharacters: valid.promptCharacters,
      hasUtterance: valid.utterance !== undefined,
      isAnnotated: meaningOf(valid) !== undefined,
      hasSchema: valid.schema !== undefined,
      unsupportedSchemaKeywords: valid.unsupportedSchemaKeywords,
      fault: fault?.kind ?? "",
    });
    await sleep(latency.drawMs("language-model") + (fault?.delayMs ?? 0), undefined, { signal: gone.signal });
    if (fault?.kind === "error") {
      const { httpStatus, body } = googleErrorOfFault(fault.code);
      sendJson(response, httpStatus, body);
      return;
    }
    responses += 1;
    const responseId = `simulated-${seed}-${responses}`;
    const finished: Finished = { candidate: answerFor(valid, fault), request: valid, model, fault };
    if (fault?.kind === "wrong" && fault.code === "blocked") {
      sendJson(response, 200, {
        promptFeedback: { blockReason: "SAFETY" },
        usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 },
        modelVersion: model,
        responseId,
      });
    } else if (operation === "generateContent") sendUnary(response, finished, responseId);
    else sendStream(response, finished, responseId);
  }

  async function handleEmbed(
    request: IncomingMessage,
    response: ServerResponse,
    model: string,
    operation: EmbedOperation,
  ): Promise<void> {
    const text = await readBody(request, maxBodyBytes);
    const fault = faults.next(operation);
    const refuse = ({ httpStatus, body }: GoogleError): void => {
      requests.record(operation, { model, httpStatus });
      sendJson(response, httpStatus, body);
    };
    if (rate.take() > 0) return refuse(googleError("RESOURCE_EXHAUSTED"));
    const isBatch = operation === "batchEmbedContents";
    const read = readEmbedRequests(parseJson(text), model, isBatch);
    if ("message" in read) return refuse(googleError(read.status, read.message));
    requests.record(operation, { model, texts: read.length, taskType: read[0]?.taskType, fault: fault?.kind ?? "" });
    await sleep(latency.drawMs("language-model") / 4 + (fault?.delayMs ?? 0));
    if (fault?.kind === "error") return sendJson(response, ...errorParts(googleErrorOfFault(fault.code)));
    const vectors = read.map((one) => ({ values: vectorOf(one) }));
    const kept = fault?.kind === "wrong" ? vectors.slice(1) : vectors;
    const body = isBatch ? { embeddings: kept } : { embedding: kept[0] };
    if (fault?.kind === "cut") sendCut(response, "application/json; charset=UTF-8", JSON.stringify(body));
    else sendJson(response, 200, body);
  }

  async function handleMeanings(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      book.add(parseMeanings(JSON.parse(await readBody(request, maxBodyBytes))));
      sendJson(response, 200, { meanings: book.size });
    } catch (error) {
      sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://gemini");
    if (request.method === "POST" && url.pathname === "/_control/meanings") return handleMeanings(request, response);
    if (await handleControlRequest(request, response, { faults, requests, onReset: () => book.clear() })) return;
    const keyRefusal = refuseKey(request, url);
    if (keyRefusal !== undefined) return sendJson(response, keyRefusal.httpStatus, keyRefusal.body);
    const [, model, operation] = route.exec(url.pathname) ?? [];
    const isMethodRight = operation === undefined ? request.method === "GET" : request.method === "POST";
    const isEmbedding = model?.startsWith("gemini-embedding-") === true;
    const isOfKind = operation === undefined || isEmbedding === /embed/i.test(operation);
    if (model === undefined || !isMethodRight || !model.startsWith("gemini-") || !isOfKind) {
      const message = `models/${model ?? ""} is not found for API version v1beta, or is not supported for ${operation ?? "generateContent"}.`;
      return sendJson(response, 404, googleError("NOT_FOUND", message).body);
    }
    if (operation === undefined) {
      requests.record("models.get", { model });
      return sendJson(response, 200, {
        name: `models/${model}`,
        supportedGenerationMethods: [isEmbedding ? "embedContent" : "generateContent"],
      });
    }
    if (operation === "streamGenerateContent" && url.searchParams.get("alt") !== "sse") {
      return sendJson(response, 400, googleError("INVALID_ARGUMENT", "This simulator streams with alt=sse only.").body);
    }
    if (operation === "embedContent" || operation === "batchEmbedContents")
      return handleEmbed(request, response, model, operation);
    return handleGenerate(request, response, model, operation as Operation);
  }

  function answerFailure(response: ServerResponse, error: unknown): void {
    if (error instanceof Error && error.name === "AbortError") return;
    if (error instanceof BodyTooLong) {
      sendJson(response, ...errorParts(googleError("INVALID_ARGUMENT", "Request payload size exceeds the limit.")));
      return;
    }
    logLine("gemini", "request failed", { problem: String(error) });
    sendJson(response, ...errorParts(googleError("INTERNAL")));
  }

  const server = await startHttpServer({
    name: "gemini",
    host: options.host,
    port: options.port,
    handle,
    answerFailure,
  });
  return {
    port: server.port,
    addMeanings: (meanings) => book.add(meanings),
    replaceFaults: (rules) => faults.replace(rules),
    requestCount: (operation) => requests.count(operation),
    close: () => server.close(),
  };
}
