/** The `error` member of a Stripe answer. https://docs.stripe.com/api/errors */
export type StripeErrorBody = {
  readonly type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  readonly doc_url?: string;
  readonly payment_intent?: unknown;
  readonly payment_method?: unknown;
};

/** A request that ends with an error answer. */
export class ApiFailure extends Error {
  readonly httpStatus: number;
  readonly error: StripeErrorBody;
  /** Execution had begun, so an idempotency key keeps this answer and replays it. */
  readonly hasBegun: boolean;

  constructor(httpStatus: number, error: StripeErrorBody, hasBegun = false) {
    super(error.message);
    this.httpStatus = httpStatus;
    this.error =
      error.code === undefined
        ? error
        : { ...error, doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}` };
    this.hasBegun = hasBegun;
  }
}

/** 400 for a wrong parameter. */
export function invalidRequest(message: string, param?: string, code?: string): ApiFailure {
  return new ApiFailure(400, {
    type: "invalid_request_error",
    message,
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  });
}

/** 404 for an object that does not exist; a reference to it from a body (`param` other than `id`) is a 400. */
export function noSuch(kind: string, id: string, param = "id"): ApiFailure {
  return new ApiFailure(param === "id" ? 404 : 400, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${kind}: '${id}'`,
    param,
  });
}
