import type { Attestation } from "../../schemas/generated/records.ts";

const grades: Readonly<Record<string, Attestation>> = { a: "full", b: "partial", c: "gateway" };

/**
 * What `StirVerstat` vouches for. Read by its beginning, since Twilio adds grades and suffixes (`TN-Validation-Passed-A-Diverted`). Source: Twilio,
 * "Trusted Calling with SHAKEN/STIR".
 */
export function readAttestation(stirVerstat: string | undefined): Attestation {
  const text = (stirVerstat ?? "").toLowerCase();
  if (text.startsWith("tn-validation-failed")) return "failed";
  const grade = /^tn-validation-passed-([abc])(?:-|$)/.exec(text)?.[1];
  return grade === undefined ? "unknown" : (grades[grade] ?? "unknown");
}
