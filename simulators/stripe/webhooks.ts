import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { logLine } from "../kit/ready-line.ts";
import type { StoredObject } from "./store.ts";

/** Where and how events are delivered; each may be changed while running. */
export type WebhookSettings = {
  /** Empty: nothing is delivered. */
  readonly url: string;
  /** The endpoint's signing secret, `whsec_…`. */
  readonly secret: string;
  /** Keeps events back until they are released. */
  readonly isHeld: boolean;
  /** How often each event is delivered; more than 1 shows what duplicates do. */
  readonly copies: number;
};

/** Delivers signed events at least once and in no promised order. */
export type WebhookSender = {
  configure(settings: Partial<WebhookSettings>): void;
  send(event: StoredObject): void;
  /** Delivers what was held, oldest first or reversed; says how many events there were. */
  release(order: "created" | "reversed"): number;
  /** Delivers an event once more. */
  resend(event: StoredObject): void;
  counts(): { readonly delivered: number; readonly failed: number; readonly waiting: number };
  close(): void;
};

const maxAttempts = 6;
const firstRetryMs = 200;
const answerDeadlineMs = 5000;
const maxWaiting = 10_000;
const maxConcurrent = 8;

/** The `Stripe-Signature` header: HMAC-SHA256 over `timestamp.body`. https://docs.stripe.com/webhooks#verify-manually */
export function signPayload(body: string, secret: string, timestamp: number): string {
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return `t=${timestamp},v1=${signature}`;
}

/** Creates a sender. Real deliveries are retried for days; here 6 attempts within about 6 seconds. */
export function createWebhookSender(initial: WebhookSettings): WebhookSender {
  let settings = initial;
  let held: StoredObject[] = [];
  const queue: StoredObject[] = [];
  const closing = new AbortController();
  let delivered = 0;
  let failed = 0;
  let running = 0;

  async function attempt(event: StoredObject): Promise<boolean> {
    const body = JSON.stringify(event, null, 2);
    try {
      const response = await fetch(settings.url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json; charset=utf-8",
          "stripe-signature": signPayload(body, settings.secret, Math.floor(Date.now() / 1000)),
          "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        },
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(answerDeadlineMs)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  async function deliver(event: StoredObject): Promise<void> {
    for (let number = 1; number <= maxAttempts; number += 1) {
      if (await attempt(event)) {
        delivered += 1;
        return;
      }
      if (closing.signal.aborted) return;
      if (number < maxAttempts)
        await sleep(firstRetryMs * 2 ** (number - 1), undefined, { signal: closing.signal }).catch(() => undefined);
    }
    failed += 1;
    logLine("stripe", "webhook given up", { eventId: event.id, type: event.type });
  }

  function pump(): void {
    while (running < maxConcurrent && !closing.signal.aborted) {
      const event = queue.shift();
      if (event === undefined) return;
      running += 1;
      void deliver(event).finally(() => {
        running -= 1;
        pump();
      });
    }
  }

  function enqueue(event: StoredObject, copies: number): void {
    if (settings.url === "") return;
    for (let copy = 0; copy < copies; copy += 1) {
      if (queue.length >= maxWaiting) {
        failed += 1;
        logLine("stripe", "webhook dropped: queue is full", { eventId: event.id });
      } else queue.push(event);
    }
    pump();
  }

  return {
    configure(change) {
      settings = { ...settings, ...change };
    },
    send(event) {
      if (!settings.isHeld) enqueue(event, settings.copies);
      else if (held.length < maxWaiting) held.push(event);
    },
    release(order) {
      const events = order === "reversed" ? [...held].reverse() : held;
      held = [];
      for (const event of events) enqueue(event, settings.copies);
      return events.length;
    },
    resend: (event) => enqueue(event, 1),
    counts: () => ({ delivered, failed, waiting: queue.length + held.length + running }),
    close: () => closing.abort(),
  };
}
