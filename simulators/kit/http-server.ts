import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { logLine } from "./ready-line.ts";

/** What a simulator that speaks HTTP does with what arrives. */
export type HttpServerOptions = {
  /** The simulator's name in log lines. */
  readonly name: string;
  /** Address to listen on, 127.0.0.1 if absent. */
  readonly host?: string | undefined;
  /** 0, or absent: any free port. */
  readonly port?: number | undefined;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Answers a request whose handling threw before anything was sent; if absent, the failure is logged and the connection broken. */
  readonly answerFailure?: (response: ServerResponse, error: unknown) => void;
  /** A request for another protocol, such as WebSocket; refused if absent. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

/** A listening server. */
export type HttpServer = { readonly port: number; close(): Promise<void> };

/** Starts a server; rejects when its port is taken. Closing it breaks connections that are still open. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { name, handle, answerFailure, onUpgrade } = options;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (answerFailure !== undefined && !response.headersSent) {
        answerFailure(response, error);
        return;
      }
      logLine(name, "request failed", { problem: String(error) });
      response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 60_000;
  if (onUpgrade !== undefined) server.on("upgrade", onUpgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
