/** Under which names history remembers a caller. The number itself is never kept. */
import { keyedHash } from "../../runtime/keyed-hash.ts";

export type CallerKeys = {
  /** The caller; of a withheld number, this call alone. */
  readonly caller: string;
  /** Numbers with the same first seven digits; all withheld ones together. */
  readonly prefix: string;
};

/** Everybody. */
export const EVERYBODY = "everybody";

const PREFIX_DIGITS = 7;

/** Keys of a number, E.164 or empty when withheld, as keyed hashes. */
export function callerKeysOf(fromNumber: string, callSid: string, riskKey: string): CallerKeys {
  if (fromNumber === "") return { caller: keyedHash(riskKey, `call/${callSid}`, 32), prefix: "withheld" };
  const digits = fromNumber.replaceAll(/\D/g, "").slice(0, PREFIX_DIGITS);
  return {
    caller: keyedHash(riskKey, `caller/${fromNumber}`, 32),
    prefix: keyedHash(riskKey, `prefix/${digits}`, 32),
  };
}
