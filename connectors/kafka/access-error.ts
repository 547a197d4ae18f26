import { PartylineError } from "../../runtime/errors.ts";

/** Codes of Node's TLS for a certificate that is not trusted, not valid now, or another host's. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateCodes: ReadonlySet<string> = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

type KafkaJsError = {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
};

/**
 * What a client of the brokers threw, as an error that says which setting to mend where trying again would give the same: the password, the mechanism, rights,
 * or the certificate. Anything else comes back as it is.
 */
export function toAccessError<Thrown>(thrown: Thrown): Thrown | PartylineError {
  for (
    let error: KafkaJsError | undefined = thrown as KafkaJsError;
    error instanceof Error;
    error = error.cause as KafkaJsError
  ) {
    const final = finalError(error);
    if (final !== null) return new PartylineError(...final, { cause: thrown });
  }
  return thrown;
}

function finalError({
  name,
  type,
  code,
  message,
}: KafkaJsError): ["CREDENTIALS_REFUSED" | "SETTINGS_INVALID", string] | null {
  if (name === "KafkaJSSASLAuthenticationError")
    return ["CREDENTIALS_REFUSED", "the brokers refuse KAFKA_SASL_USERNAME with KAFKA_SASL_PASSWORD"];
  if (type === "UNSUPPORTED_SASL_MECHANISM")
    return ["SETTINGS_INVALID", "the brokers do not know the mechanism in KAFKA_SASL_MECHANISM"];
  if (type === "ILLEGAL_SASL_STATE")
    return [
      "SETTINGS_INVALID",
      "the brokers take no password on this port: KAFKA_SASL_MECHANISM must be none, or KAFKA_BROKERS another port",
    ];
  if (String(type).endsWith("_AUTHORIZATION_FAILED"))
    return ["CREDENTIALS_REFUSED", `the brokers do not allow this to the user of KAFKA_SASL_USERNAME: ${message}`];
  if (certificateCodes.has(String(code)))
    return [
      "SETTINGS_INVALID",
      `the brokers' certificate is not trusted (${message}): name its authority in NODE_EXTRA_CA_CERTS`,
    ];
  return null;
}
