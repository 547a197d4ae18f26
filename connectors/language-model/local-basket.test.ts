import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readBasketChange } from "./local-basket.ts";
import { type LocalFacts, see } from "./local-signals.ts";

const offered = [
  { name: "steel kettle", title: "Brewster Steel Kettle" },
  { name: "stoneware mug", title: "Kiln Stoneware Mug" },
  { name: "wall clock", title: "Hollis Wall Clock" },
];
const offers: LocalFacts = { offered, hasFocus: false };
const quotedOne: LocalFacts = { offered, hasFocus: true, quoted: [{ name: "steel kettle", title: "" }] };
const quotedTwo: LocalFacts = { ...quotedOne, quoted: offered.slice(0, 2).map(({ name }) => ({ name, title: "" })) };

describe("a change of what is about to be ordered", () => {
  for (const [utterance, facts, intent] of [
    ["I'd like the kettle and two of the mugs.", offers, "orderProduct"],
    ["The first one and the third one, please.", offers, "orderProduct"],
    ["Also add the second one.", quotedOne, "orderProduct"],
    ["And two of those as well.", quotedOne, "orderProduct"],
    ["Yes, and the mug too.", quotedOne, "orderProduct"],
    ["Take the mug off again.", quotedTwo, "changeQuantity"],
    ["Take that off again.", quotedTwo, "changeQuantity"],
    ["I don't want the kettle after all.", quotedTwo, "changeQuantity"],
  ] as const)
    it(`"${utterance}" is ${intent}`, () => assert.equal(readBasketChange(see(utterance, facts), facts), intent));
  for (const [utterance, facts] of [
    ["The second one, please.", offers],
    ["The mug, please.", quotedOne],
    ["Also add the second one.", { offered: [], hasFocus: false }],
    ["I also need a lamp.", quotedOne],
    ["What is the difference between the kettle and the mug?", offers],
    ["Is the mug dishwasher safe and does it come in blue?", offers],
    ["Forget it.", quotedOne],
    ["Kettle, mug.", offers],
    ["Yes, please.", quotedTwo],
    ["Something cheaper and smaller.", quotedTwo],
    ["That's too expensive.", quotedTwo],
    ["Do you have a black and white kettle?", offers],
  ] as const)
    it(`"${utterance}" is none`, () => assert.equal(readBasketChange(see(utterance, facts), facts), null));
});
