import { z } from "zod";
import type { CallRequest } from "./webhook-parameters.ts";

const httpUrl = z.url({ protocol: /^https?$/ });
const number = z.string().regex(/^(\+[1-9]\d{3,14}|anonymous|sip:\S{1,200})$/, "must be a number in E.164 form");

const callRequest = z.strictObject({
  from: number,
  to: number,
  webhookUrl: httpUrl,
  fallbackUrl: httpUrl.optional(),
  statusCallbackUrl: httpUrl.optional(),
  stirVerstat: z.string().max(64).optional(),
  forwardedFrom: number.optional(),
  callerName: z.string().max(64).optional(),
  shouldWaitForCaller: z.boolean().optional(),
});

/** Reads the body of `POST /_control/calls`; throws an `Error` that lists every fault. */
export function parseCallRequest(value: unknown): CallRequest {
  const parsed = callRequest.safeParse(value);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  // Keys that are present but undefined are the same as absent ones.
  return JSON.parse(JSON.stringify(parsed.data)) as CallRequest;
}
