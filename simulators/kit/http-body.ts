import type { IncomingMessage, ServerResponse } from "node:http";

/** A request's body is longer than the vendor takes. */
export class BodyTooLong extends RangeError {
  constructor(maxBytes: number) {
    super(`body is longer than ${maxBytes} bytes`);
  }
}

/** Reads a request's body as UTF-8; throws {@link BodyTooLong} beyond `maxBytes`, without reading the rest. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLong(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
