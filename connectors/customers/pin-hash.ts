import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

// OWASP's smallest advised cost for scrypt (N 2^14, r 8, p 5) with p lowered to 1: a PIN has few values, so what protects it is the count of tries.
const COST = { N: 16_384, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

/** A hash in the form `scrypt$N$r$p$salt$key`, salt and key in base64. */
export async function hashPin(pin: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const key = await derive(pin, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** Whether the PIN is the one that was hashed; compares in constant time. A malformed hash matches nothing. */
export async function isPin(pin: string, hash: string): Promise<boolean> {
  const [name, N, r, p, salt, key] = hash.split("$");
  if (name !== "scrypt" || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64");
  if (expected.length !== KEY_BYTES) return false;
  const actual = await derive(pin, Buffer.from(salt, "base64"), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(actual, expected);
}

function derive(pin: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, KEY_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
