const domain = "googleapis.com";

/** HTTP status of each canonical code that the API uses. https://ai.google.dev/gemini-api/docs/troubleshooting */
const httpStatusByCode: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

const messageByCode: Readonly<Record<string, string>> = {
  RESOURCE_EXHAUSTED: "You exceeded your current quota, please check your plan and billing details.",
  INTERNAL: "An internal error has occurred. Please retry or report.",
  UNAVAILABLE: "The model is overloaded. Please try again later.",
  DEADLINE_EXCEEDED: "The request timed out. Please try again.",
};

/** An error as Google's APIs send it. */
export type GoogleError = { readonly httpStatus: number; readonly body: Readonly<Record<string, unknown>> };

/** Builds an error body (google.rpc.Status as JSON, https://cloud.google.com/apis/design/errors). `reason` becomes an ErrorInfo. */
export function googleError(status: string, message?: string, reason?: string): GoogleError {
  const httpStatus = httpStatusByCode[status] ?? 500;
  const details: Readonly<Record<string, unknown>>[] = [];
  if (reason !== undefined)
    details.push({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason,
      domain,
      metadata: { service: "generativelanguage.googleapis.com" },
    });
  if (status === "RESOURCE_EXHAUSTED")
    details.push(
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{ quotaMetric: "generativelanguage.googleapis.com/generate_content_paid_tier_requests" }],
      },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" },
    );
  return {
    httpStatus,
    body: {
      error: {
        code: httpStatus,
        message: message ?? messageByCode[status] ?? "Simulated error.",
        status,
        ...(details.length === 0 ? {} : { details }),
      },
    },
  };
}

/** Reads a fault's code: a canonical name (`RESOURCE_EXHAUSTED`) or an HTTP status (`429`); 503 when it is neither. */
export function googleErrorOfFault(code: string): GoogleError {
  if (code in httpStatusByCode) return googleError(code);
  const found = Object.entries(httpStatusByCode).find(([, httpStatus]) => String(httpStatus) === code);
  return googleError(found?.[0] ?? "UNAVAILABLE");
}
