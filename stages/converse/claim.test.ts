import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestCall } from "./test-call.ts";

const isMaria = { personName: "Maria Lopez", postalCode: "94107" };

describe("a caller who says who they are", () => {
  it("given a name and a postal code, then they are noted without a look at the customers, and the proof is asked for", () => {
    const call = new TestCall().greeted();
    call.means("identify", isMaria);
    assert.equal(call.dialogue, "authentication");
    assert.equal(call.count("verifyIdentity"), 0);
    assert.match(call.said, /noted your name and postal code.*key in your PIN/i);
    assert.doesNotMatch(call.said, /maria|lopez|94107/i);
  });

  it("given the PIN after it, then it is checked for who they said they are", () => {
    const call = new TestCall().greeted();
    call.means("identify", isMaria);
    call.means("provideDigits", { digits: "4071" });
    const { personName, postalCode } = call.called("verifyIdentity")?.arguments ?? {};
    assert.deepEqual({ personName, postalCode, digits: call.tried }, { ...isMaria, digits: "4071" });
    call.succeed({ customerName: "Maria", cards: [] });
    assert.equal(call.dialogue, "intentCapture");
    assert.match(call.said, /Thank you, Maria/);
    assert.doesNotMatch(JSON.stringify(call.state), /94107/, "it is not kept once it has served");
  });

  it("given a PIN that is asked for an order, then what they say is noted there, and the order goes on after the proof", () => {
    const call = new TestCall().asked();
    call.means("identify", isMaria);
    assert.equal(call.dialogue, "authentication");
    assert.equal(call.count("cancelQuote"), 0);
    call.press("4071#");
    assert.equal(call.called("verifyIdentity")?.arguments.personName, "Maria Lopez");
  });

  it("given a code that is asked for, then it is sent to whom they said they are, and told in words that fit everybody", () => {
    const call = new TestCall().asked();
    call.means("identify", isMaria);
    call.means("requestCode");
    assert.deepEqual(call.called("sendCode")?.arguments.postalCode, "94107");
    call.succeed({});
    assert.match(call.said, /If we know you, a code is on its way/);
  });

  it("given a refusal, then the caller hears how else they can say who they are, once", () => {
    const call = new TestCall().asked();
    call.means("provideDigits", { digits: "9999" });
    call.refuse("identityRefused", { triesLeft: 2 });
    assert.match(call.said, /full name and your postal code/);
    call.means("identify", isMaria);
    call.means("provideDigits", { digits: "9999" });
    call.refuse("identityRefused", { triesLeft: 1 });
    assert.doesNotMatch(call.said, /full name/);
  });

  it("given a name without a postal code, then both are asked for", () => {
    const call = new TestCall().greeted();
    call.means("identify", { personName: "Maria Lopez" });
    assert.match(call.said, /first and last name, and your postal code/);
    call.means("identify", isMaria);
    assert.match(call.said, /noted/);
  });

  it("given a caller who has proven who they are, then nothing changes", () => {
    const call = new TestCall().readBack();
    call.means("identify", isMaria);
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /I know who you are.*Shall I place the order/);
    assert.equal(call.count("cancelQuote"), 0);
    assert.doesNotMatch(JSON.stringify(call.state), /94107/);
  });
});
