import type { IncomingMessage } from "node:http";

/** What reading a form came to. */
export type FormBody =
  | { readonly parameters: Readonly<Record<string, string | string[]>> }
  | { readonly status: 400 | 408 | 413 | 415 };

const maxBytes = 65_536;
const withinMs = 5000;

function parse(body: string): FormBody {
  const parameters: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    const known = parameters[name];
    parameters[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }
  return { parameters };
}

/** Reads a form of at most 64 KB within 5 s. A parameter that comes more than once is an array. Never rejects. */
export function readForm(request: IncomingMessage): Promise<FormBody> {
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") !== true)
    return Promise.resolve({ status: 415 });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.resolve({ status: 413 });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: FormBody): void => {
      clearTimeout(timer);
      request.removeAllListeners("data");
      resolve(body);
    };
    const timer = setTimeout(() => finish({ status: 408 }), withinMs);
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) finish({ status: 413 });
      else chunks.push(chunk);
    });
    request.on("end", () => finish(parse(Buffer.concat(chunks).toString("utf8"))));
    request.on("error", () => finish({ status: 400 }));
    request.on("close", () => finish({ status: 400 }));
  });
}
