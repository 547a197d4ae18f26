import { createHmac, timingSafeEqual } from "node:crypto";

/** An event as far as a handler needs it; fetch the object itself when order matters. */
export type StripeEvent = {
  /** `evt_…`; store it uniquely, events come at least once. */
  readonly id: string;
  /** For example `payment_intent.succeeded`. */
  readonly type: string;
  readonly createdSeconds: number;
  /** The object as it was when the event was made; events come in no promised order. */
  readonly object: Readonly<Record<string, unknown>>;
};

/** Whether a delivery is genuine. */
export type WebhookVerdict =
  | { readonly isGenuine: true; readonly event: StripeEvent }
  | {
      readonly isGenuine: false;
      readonly reason:
        | "signatureMissing"
        | "signatureMalformed"
        | "signatureWrong"
        | "timestampOutOfTolerance"
        | "bodyMalformed";
    };

const toleranceSeconds = 300;
const maxHeaderLength = 4096;
const maxSignatures = 16;

function refuse(reason: Exclude<WebhookVerdict, { isGenuine: true }>["reason"]): WebhookVerdict {
  return { isGenuine: false, reason };
}

function readHeader(header: string): { timestamp: number; signatures: Buffer[] } | undefined {
  let timestamp: number | undefined;
  const signatures: Buffer[] = [];
  for (const item of header.split(",")) {
    const at = item.indexOf("=");
    const name = item.slice(0, at).trim();
    const value = item.slice(at + 1).trim();
    if (name === "t" && /^\d{1,12}$/.test(value)) timestamp = Number(value);
    if (name === "v1" && /^[0-9a-f]{64}$/i.test(value)) signatures.push(Buffer.from(value, "hex"));
  }
  if (timestamp === undefined || signatures.length === 0 || signatures.length > maxSignatures) return undefined;
  return { timestamp, signatures };
}

function readEvent(rawBody: Uint8Array): StripeEvent | undefined {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(rawBody).toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null) return undefined;
  const { id, type, created, data } = body as Record<string, unknown>;
  const object = typeof data === "object" && data !== null ? (data as Record<string, unknown>).object : undefined;
  if (typeof id !== "string" || typeof type !== "string" || typeof created !== "number") return undefined;
  if (typeof object !== "object" || object === null) return undefined;
  return { id, type, createdSeconds: created, object: object as Record<string, unknown> };
}

/**
 * Verifies a delivery on the bytes as they came, before anything else looks at them: `v1` signatures (HMAC-SHA256 over `t.body`), compared in constant
 * time with each of our secrets (two while one is rotated), then the age of at most 300 seconds either way, then the body. Never throws.
 * Source: https://docs.stripe.com/webhooks#verify-manually
 */
export function verifyStripeWebhook(
  rawBody: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
  nowMs: number,
): WebhookVerdict {
  if (header === undefined || header === "") return refuse("signatureMissing");
  const signed = header.length > maxHeaderLength ? undefined : readHeader(header);
  if (signed === undefined) return refuse("signatureMalformed");
  let isMatching = false;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret).update(`${signed.timestamp}.`).update(rawBody).digest();
    for (const signature of signed.signatures) isMatching = timingSafeEqual(expected, signature) || isMatching;
  }
  if (!isMatching) return refuse("signatureWrong");
  if (Math.abs(nowMs / 1000 - signed.timestamp) > toleranceSeconds) return refuse("timestampOutOfTolerance");
  const event = readEvent(rawBody);
  return event === undefined ? refuse("bodyMalformed") : { isGenuine: true, event };
}
