import assert from "node:assert/strict";
import { test } from "node:test";
import { answering, maskCardNumbers, maskTurn, maskUnfinishedCard, noCard } from "./card-mask.ts";

const masked: readonly (readonly [string, string])[] = [
  ["my card is 4242 4242 4242 4242 thanks", "my card is #### thanks"],
  ["4242424242424242", "####"],
  ["4242-4242-4242-4242.", "####."],
  ["four two four two four two four two four two four two four two four two", "####"],
  ["it's forty two forty two forty two forty two forty two forty two forty two forty two ok", "it's #### ok"],
  ["double four double four double four double four double four double four double four please", "#### please"],
  ["3782 822463 10005", "####"],
  ["my card is 4242, that's 4242, yes, 4242, and then 4242", "my card is ####"],
  ["expiry 12 28, the CVV is 123", "expiry 12 28, the CVV is ###"],
  ["c v c one two three four", "c v c ####"],
  ["1 2 3 is my cvv2 number", "### is my cvv2 number"],
  ["4242 comma 4242 to 4242 followed by 4242", "####"],
  ["four two four two four two like four two four two again four two four two four two", "####"],
];

for (const [said, expected] of masked)
  test(`masked: ${said}`, () => assert.equal(maskCardNumbers(said).replace(/#{13,19}/g, "####"), expected));

const kept = [
  "order number two one eight three five zero",
  "my pin is four zero seven one",
  "my security code is 4071",
  "the cvv, and then order 218350",
  "two of the ones under one hundred and fifty dollars",
  "call me at 202 555 0143",
  "one two three",
  "",
];
for (const said of kept) test(`kept: ${said || "(nothing)"}`, () => assert.equal(maskCardNumbers(said), said));

test("while a number is still being said, what may become a card number is masked already; codes and order numbers are not", () => {
  const said = "my card is four two four two four two four two four two four two four two four two".split(" ");
  for (let words = 4; words <= said.length; words += 1) {
    const masked = maskUnfinishedCard(said.slice(0, words).join(" "));
    assert.ok((masked.match(/\b(?:four|two)\b/g) ?? []).length < 7, masked);
  }
  assert.equal(maskUnfinishedCard("my card is 4242 4242 4"), "my card is #########");
  assert.equal(maskUnfinishedCard("it is four two four two four two um"), "it is four two four two four two um");
  assert.equal(maskUnfinishedCard("where is my order 218350"), "where is my order 218350");
  assert.equal(maskUnfinishedCard("1234567 is the number of the order"), "1234567 is the number of the order");
});

/** What stands of turns that follow each other, without a word of the agent's between them. */
function maskedTurns(turns: readonly string[]): readonly string[] {
  let before = noCard;
  return turns.map((turn) => {
    const { text, after } = maskTurn(turn, before);
    before = after;
    return text;
  });
}

const splitCards: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ["my card is 4242 4242", "4242 4242"],
    ["my card is ########", "########"],
  ],
  [
    ["My card is four two four two four two four two.", "Um, four two four two.", "And four two four two."],
    ["My card is ########.", "Um, ####.", "And ####."],
  ],
  [
    ["my card is 4242", "hold on", "4242 4242 42", "42"],
    ["my card is 4242", "hold on", "##########", "##"],
  ],
  [
    ["4242 4242", "4242 4242"],
    ["4242 4242", "########"],
  ],
  [
    ["4242 4242 4", "let me see", "242 4242"],
    ["#########", "let me see", "#######"],
  ],
  [
    ["4242", "4242", "4242", "4242"],
    ["4242", "4242", "####", "####"],
  ],
  [
    ["it's 4242 4242 4242 4242", "12 27", "123"],
    ["it's ################", "####", "###"],
  ],
  [
    ["my visa is 3782 8224", "six three one zero zero zero five, got that?"],
    ["my visa is ########", "#######, got that?"],
  ],
];
for (const [turns, expected] of splitCards)
  test(`a card number over turns is masked: ${turns.join(" | ")}`, () =>
    assert.deepEqual(maskedTurns(turns), expected));

const otherNumbers: readonly (readonly string[])[] = [
  ["my pin is four zero seven one", "four zero seven two"],
  ["4071", "4071"],
  ["260418"],
  ["it's Dana Whitlock, nine seven two oh five"],
  ["the zip is 97205 1234"],
  ["where is my order 204817333"],
  ["use the card that ends with 4242", "two of them, please"],
  ["my card is 4242", "two hundred and fifty dollars"],
  ["two of the ones under 150", "make it 3", "1500 dollars", "12"],
  ["call me at 202 555 0143"],
];
for (const turns of otherNumbers)
  test(`numbers of turns that are no card's stay: ${turns.join(" | ")}`, () =>
    assert.deepEqual(maskedTurns(turns), turns));

test("what is remembered of a number that goes on is how many digits it has, none of them", () => {
  assert.deepEqual(maskTurn("my card is 4242 4242").after, { digits: 8, isLikely: true });
  assert.deepEqual(maskTurn("show me kettles", { digits: 8, isLikely: true }).after, noCard);
});

test("after the agent said something, so many digits as half a card has are still masked, and a PIN stays", () => {
  const before = answering(maskTurn("my card is 4242 4242").after);
  assert.equal(maskTurn("4242 4242.", before).text, "########.");
  assert.equal(maskTurn("4071", before).text, "4071");
  assert.equal(maskTurn("260418", before).text, "260418");
  assert.equal(maskTurn("4242 4242").text, "4242 4242");
});

test("words that go on are masked with what the turn before had of the number", () => {
  const { after } = maskTurn("my card is 4242 4242");
  assert.equal(maskUnfinishedCard("4242", after), "####");
  assert.equal(maskUnfinishedCard("4242"), "4242");
});
