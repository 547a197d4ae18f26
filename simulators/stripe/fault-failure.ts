import { ApiFailure } from "./api-failure.ts";

/**
 * The failure that a fault's code asks for: `429`, `lock_timeout`, `409`, `424`, `502`, `503`, `504` come before execution; `500` (the default) comes
 * in the middle of it, so that its key keeps it; `500-after-charge` comes when the money has moved.
 */
export function failureOfFault(code: string): ApiFailure {
  const message = "Simulated failure.";
  if (code === "429" || code === "rate_limit")
    return new ApiFailure(429, {
      type: "invalid_request_error",
      code: "rate_limit",
      message: "Request rate limit exceeded.",
    });
  if (code === "lock_timeout")
    return new ApiFailure(429, {
      type: "invalid_request_error",
      code: "lock_timeout",
      message:
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
    });
  if (code === "409")
    return new ApiFailure(409, { type: "invalid_request_error", code: "idempotency_key_in_use", message });
  if (code === "424") return new ApiFailure(424, { type: "api_error", message });
  if (code === "503" || code === "502" || code === "504")
    return new ApiFailure(Number(code), { type: "api_error", message });
  return new ApiFailure(500, { type: "api_error", message: "An unknown error occurred" }, true);
}
