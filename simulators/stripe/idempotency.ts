import { createHash } from "node:crypto";
import { ApiFailure, invalidRequest } from "./api-failure.ts";
import type { Store } from "./store.ts";

/** What a finished request answered. */
export type KeptAnswer = { readonly httpStatus: number; readonly body: string; readonly requestId: string };

/** Idempotency keys of API v1. https://docs.stripe.com/api/idempotent_requests */
export type IdempotencyKeys = {
  /** The kept answer to replay, or undefined when the request shall be executed now; 400 and 409 are thrown. */
  begin(key: string, path: string, params: string): KeptAnswer | undefined;
  /** Keeps the answer, or forgets the key when execution had not begun. */
  finish(key: string, answer: KeptAnswer | undefined): void;
};

const keptForMs = 24 * 3600 * 1000;

/** Keys of one account; finished ones live in the store, those under way only in memory. */
export function createIdempotencyKeys(store: Store): IdempotencyKeys {
  const underWay = new Map<string, { path: string; hash: string }>();

  function refuseOther(key: string, first: { path: string; hash: string }, path: string, hash: string): void {
    const suffix = `Try using a key other than '${key}' if you meant to execute a different request.`;
    if (first.path !== path)
      throw new ApiFailure(400, {
        type: "idempotency_error",
        message: `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${first.path}' vs '${path}'). ${suffix}`,
      });
    if (first.hash !== hash)
      throw new ApiFailure(400, {
        type: "idempotency_error",
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. ${suffix}`,
      });
  }

  return {
    begin(key, path, params) {
      if (key.length > 255) throw invalidRequest("Idempotency keys may be up to 255 characters long.");
      const hash = createHash("sha256").update(params).digest("hex");
      const running = underWay.get(key);
      if (running !== undefined) {
        refuseOther(key, running, path, hash);
        throw new ApiFailure(409, {
          type: "invalid_request_error",
          code: "idempotency_key_in_use",
          message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        });
      }
      const kept = store.get("idempotency", key);
      if (kept !== undefined && Number(kept.keptAtMs) > Date.now() - keptForMs) {
        refuseOther(key, { path: String(kept.path), hash: String(kept.hash) }, path, hash);
        return { httpStatus: Number(kept.httpStatus), body: String(kept.body), requestId: String(kept.requestId) };
      }
      underWay.set(key, { path, hash });
      return undefined;
    },
    finish(key, answer) {
      const running = underWay.get(key);
      underWay.delete(key);
      if (running !== undefined && answer !== undefined)
        store.put("idempotency", { id: key, ...running, ...answer, keptAtMs: Date.now() });
    },
  };
}
