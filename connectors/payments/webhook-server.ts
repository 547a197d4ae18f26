/** Where the outside world tells what it did by itself: Stripe's events, and what became of text messages. Beside the calls, never in their way. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PaymentEvent } from "./port.ts";
import { readStripeEvent } from "./stripe-event.ts";
import { verifyStripeWebhook } from "./webhook.ts";

/** What a path does with a delivery; the status it gives. Throws when it could not be kept: the sender is told to come again. */
export type Receiver = (delivery: {
  readonly rawBody: Buffer;
  readonly headers: IncomingMessage["headers"];
}) => Promise<number>;

/** Settings of the server. */
export type WebhookServerOptions = {
  readonly host: string;
  /** 0 takes any. Several workers of one machine may share one: the system deals deliveries out to them. */
  readonly port: number;
  /** By path, POST only. */
  readonly receivers: Readonly<Record<string, Receiver>>;
  onFailure(path: string, error: unknown): void;
};

/** A running server. */
export type WebhookServer = { readonly port: number; close(): Promise<void> };

const maxBodyBytes = 256 * 1024;
const maxConnections = 100;

/**
 * Takes Stripe's deliveries: the signature on the bytes as they came is looked at before anything else (400), then the event is handed on once; what is not
 * acted upon is taken, too, so that it is not sent again.
 */
export function stripeReceiver(options: {
  /** Signing secrets; two while one is rotated. */
  readonly secrets: readonly string[];
  readonly clock?: () => number;
  onEvent(event: PaymentEvent): Promise<void>;
}): Receiver {
  const { secrets, clock = Date.now, onEvent } = options;
  return async ({ rawBody, headers }) => {
    const header = headers["stripe-signature"];
    const verdict = verifyStripeWebhook(rawBody, typeof header === "string" ? header : undefined, secrets, clock());
    if (!verdict.isGenuine) return 400;
    const event = readStripeEvent(verdict.event);
    if (event !== null) await onEvent(event);
    return 200;
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Serves the receivers. Rejects when the port is taken by another program. */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const { receivers } = options;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const receive = Object.hasOwn(receivers, path) ? receivers[path] : undefined;
    if (receive === undefined) return void response.writeHead(404).end();
    if (request.method !== "POST") return void response.writeHead(405, { allow: "POST" }).end();
    const rawBody = await readBody(request);
    if (rawBody === null) return void response.writeHead(413, { connection: "close" }).end();
    try {
      response.writeHead(await receive({ rawBody, headers: request.headers })).end();
    } catch (error) {
      options.onFailure(path, error);
      response.writeHead(503, { "retry-after": "5" }).end();
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Workers of one machine share the port; another program's port is still refused. A port of 0 is each worker's own.
    server.listen({ host: options.host, port: options.port, reusePort: options.port !== 0 }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}
