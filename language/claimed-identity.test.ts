import assert from "node:assert/strict";
import { test } from "node:test";
import { readClaimedIdentity, readPostalCode } from "./claimed-identity.ts";

const claims: readonly (readonly [string, string, string])[] = [
  ["it's Maria Lopez, nine four one oh seven", "Maria Lopez", "94107"],
  ["It's Maria Lopez, 94107.", "Maria Lopez", "94107"],
  ["My name is Dana Whitlock and my zip code is nine seven two oh five.", "Dana Whitlock", "97205"],
  ["this is anna-lena o'brien calling from 9 7 2 0 5", "anna-lena o'brien", "97205"],
  ["Yes, I'm José García, zip nine four one zero seven, please.", "José García", "94107"],
  ["my zip is 94107 and my name is Maria Elena Lopez", "Maria Elena Lopez", "94107"],
  ["Maria Lopez, 94107", "Maria Lopez", "94107"],
  ["Maria de la Cruz 94107-1234", "Maria de la Cruz", "94107"],
  ["This is Tom Reed, S W one A one A A.", "Tom Reed", "SW1A1AA"],
  ["it's Tom Reed, postcode SW1A 1AA", "Tom Reed", "SW1A1AA"],
  ["it's Tom Reed, K1A 0B1", "Tom Reed", "K1A0B1"],
  ["It's Maria Lopez, double nine four oh seven", "Maria Lopez", "99407"],
];
for (const [said, personName, postalCode] of claims)
  test(`says who: ${said}`, () => assert.deepEqual(readClaimedIdentity(said), { personName, postalCode }));

const others = [
  "nine four one oh seven",
  "it's four zero seven one",
  "my pin is 40715",
  "it's Maria, I'm looking for a kettle",
  "show me kettles under fifty",
  "Garden hose 50000",
  "where is my order 204817",
  "it's a Barrel speaker, 12345",
  "send it to nine Foundry Square, Albany, New York, one two two one oh",
  "I am looking for a size ten, 94107",
  "",
];
for (const said of others)
  test(`says not who: ${said || "(nothing)"}`, () => assert.equal(readClaimedIdentity(said), null));

test("a postal code is five digits, or letters and digits as they are written or spelled", () => {
  assert.equal(readPostalCode("zip code oh two one three nine")?.postalCode, "02139");
  assert.equal(readPostalCode("E C one A one B B")?.postalCode, "EC1A1BB");
  assert.equal(readPostalCode("four zero seven one"), null);
});
