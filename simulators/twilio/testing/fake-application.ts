import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** A webhook that the application received. */
export type ReceivedWebhook = {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly parameters: Readonly<Record<string, string>>;
};

/** A message of the media stream, as parsed JSON. */
export type StreamMessage = {
  readonly event: string;
  readonly sequenceNumber?: string;
  readonly streamSid?: string;
  readonly start?: Record<string, unknown>;
  readonly media?: {
    readonly track: string;
    readonly chunk: string;
    readonly timestamp: string;
    readonly payload: string;
  };
  readonly mark?: { readonly name: string };
  readonly dtmf?: { readonly track: string; readonly digit: string };
  readonly stop?: Record<string, unknown>;
};

/** The application's end of one stream. */
export type ReceivedStream = {
  readonly socket: WebSocket;
  readonly headers: IncomingMessage["headers"];
  readonly messages: readonly StreamMessage[];
  streamSid(): string;
  /** Sends media, a mark or clear on this stream. */
  send(message: Readonly<Record<string, unknown>>): void;
  /** Resolves with the first message for which the test holds, past ones included. */
  until(test: (message: StreamMessage) => boolean): Promise<StreamMessage>;
  readonly closed: Promise<void>;
};

/** What a webhook answers; a function may look at the request. */
export type Answer =
  | string
  | { readonly status: number; readonly body: string }
  | "hang up the connection"
  | "never answer";

/** An application that answers webhooks with scripted TwiML and keeps everything that Twilio sends. */
export type FakeApplication = {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly webhooks: readonly ReceivedWebhook[];
  /** Answers a path; the last given answer stays. */
  answer(path: string, ...answers: readonly (Answer | ((webhook: ReceivedWebhook) => Answer))[]): void;
  /** The nth stream, from 0, when it arrives. */
  stream(index: number): Promise<ReceivedStream>;
  /** The first stream of a call, when it arrives. */
  streamOf(callSid: string): Promise<ReceivedStream>;
  webhook(test: (webhook: ReceivedWebhook) => boolean): Promise<ReceivedWebhook>;
  close(): Promise<void>;
};

function createStream(socket: WebSocket, request: IncomingMessage, onMessage: () => void): ReceivedStream {
  const messages: StreamMessage[] = [];
  const waiters = new Set<() => void>();
  socket.on("message", (data) => {
    messages.push(JSON.parse((data as Buffer).toString("utf8")) as StreamMessage);
    for (const wake of waiters) wake();
    onMessage();
  });
  const streamSid = (): string => messages.find((message) => message.event === "start")?.streamSid ?? "";
  return {
    socket,
    headers: request.headers,
    messages,
    streamSid,
    send: (message) => socket.send(JSON.stringify({ streamSid: streamSid(), ...message })),
    until: (test) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = messages.find(test);
          if (found === undefined) return;
          waiters.delete(check);
          resolve(found);
        };
        waiters.add(check);
        check();
      }),
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
  };
}

/** Starts the application on 127.0.0.1; paths without an answer give 404. */
export async function startFakeApplication(): Promise<FakeApplication> {
  const webhooks: ReceivedWebhook[] = [];
  const streams: ReceivedStream[] = [];
  const answers = new Map<string, (Answer | ((webhook: ReceivedWebhook) => Answer))[]>();
  const waiters = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of [...waiters]) wake();
  };
  const waitFor = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = find();
        if (found === undefined) return;
        waiters.delete(check);
        resolve(found);
      };
      waiters.add(check);
      check();
    });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = new URL(request.url ?? "/", "http://app").pathname;
    const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
    const webhook = { path, headers: request.headers, parameters };
    webhooks.push(webhook);
    wakeAll();
    const queue = answers.get(path) ?? [];
    const next = queue.length > 1 ? queue.shift() : queue[0];
    const answer = typeof next === "function" ? next(webhook) : next;
    if (answer === "hang up the connection") {
      request.socket.destroy();
      return;
    }
    if (answer === "never answer") return;
    const { status, body } =
      typeof answer === "object" ? answer : { status: answer === undefined ? 404 : 200, body: answer ?? "" };
    response.writeHead(status, { "content-type": "text/xml" });
    response.end(body);
  };
  const server = createServer((request, response) => void handle(request, response));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    const stream = createStream(socket, request, () => {
      // A caller may hang up between the handshake and the start: such a socket is no stream.
      if (stream.messages.at(-1)?.event === "start") streams.push(stream);
      wakeAll();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    webSocketUrl: `ws://127.0.0.1:${port}`,
    webhooks,
    answer: (path, ...next) => answers.set(path, [...next]),
    stream: (index) => waitFor(() => streams[index]),
    streamOf: (callSid) =>
      waitFor(() => streams.find(({ messages }) => messages.some((message) => message.start?.callSid === callSid))),
    webhook: (test) => waitFor(() => webhooks.find(test)),
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
