import { createHmac } from "node:crypto";

/** The parameters of a signed request: a form body, or none for GET and WebSocket upgrades. */
export type SignedParameters = Readonly<Record<string, string>>;

/**
 * The value of `X-Twilio-Signature`: HMAC-SHA1, keyed with the account's auth token, over the exact URL followed by every parameter's name
 * and value, sorted by name, without separators; in base64. Source: Twilio, "Secure webhooks".
 */
export function signTwilioRequest(authToken: string, url: string, parameters: SignedParameters = {}): string {
  const signed = Object.keys(parameters)
    .sort()
    .reduce((text, name) => text + name + (parameters[name] ?? ""), url);
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}
