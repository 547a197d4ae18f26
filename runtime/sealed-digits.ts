/**
 * Digits that prove who somebody is, as they may stand in the log: each alone, as a keyed hash of the call, of its place in the call and of the digit. Whoever has the
 * key finds a digit by trying all ten; nobody else can, nor tell whether two are equal, and what was sealed on one call opens on no other. As safe as the key is:
 * it belongs to the stages that seal and the one that opens. Pure and deterministic, so that what is heard again is sealed the same.
 */
import { keyedHash } from "./keyed-hash.ts";

const nonceLength = 8;
const hashLength = 16;
/** Characters of one sealed digit. */
export const sealedLength = nonceLength + hashLength;
const allDigits = "0123456789";

/** Sealed digits, one behind the other. */
export const sealedPattern: RegExp = /^(?:[0-9a-f]{24})+$/;

/** Seals digits. `place` tells apart what is sealed on one call: no two entries share one. */
export function sealDigits(key: string, callSid: string, place: string, digits: string): string {
  return [...digits]
    .map((digit, index) => {
      const nonce = keyedHash(key, `place/${callSid}/${place}/${index}`, nonceLength);
      return nonce + hashOf(key, callSid, nonce, digit);
    })
    .join("");
}

function hashOf(key: string, callSid: string, nonce: string, digit: string): string {
  return keyedHash(key, `digit/${callSid}/${nonce}/${digit}`, hashLength);
}

/** How many digits were sealed. */
export function sealedCount(sealed: string): number {
  return Math.floor(sealed.length / sealedLength);
}

/** The first `count` of them. */
export function firstSealed(sealed: string, count: number): string {
  return sealed.slice(0, count * sealedLength);
}

/** The digits; null when one of them was not sealed under this key for this call. */
export function openDigits(key: string, callSid: string, sealed: string): string | null {
  if (!sealedPattern.test(sealed)) return null;
  let digits = "";
  for (let at = 0; at < sealed.length; at += sealedLength) {
    const nonce = sealed.slice(at, at + nonceLength);
    const hash = sealed.slice(at + nonceLength, at + sealedLength);
    const digit = [...allDigits].filter((candidate) => hashOf(key, callSid, nonce, candidate) === hash);
    if (digit.length !== 1) return null;
    digits += digit[0];
  }
  return digits;
}
