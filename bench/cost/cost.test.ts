import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { parseScenario } from "../../simulators/caller/scenario-format.ts";
import { prices, tieredUsd } from "../prices.ts";
import { choices, dimensionsOf, totalOf } from "./dimensions.ts";
import { UsageSums } from "./recorded-usage.ts";
import { typicalCall } from "./typical-call.ts";
import { stretched, usageSchema } from "./usage.ts";

const usage = usageSchema.parse({
  source: "a test",
  calls: 1,
  perCall: {
    seconds: 61,
    startedMinutes: 2,
    turns: 3,
    recognisedSeconds: 60,
    synthesisedCharacters: 1_000,
    inputTokens: 10_000,
    outputTokens: 1_000,
    cpuSeconds: 3_600,
    logBytes: 1e9,
    egressBytes: 1e9,
  },
});
const configured = choices[0] ?? assert.fail();
const costs = new Map(dimensionsOf(usage, configured, 1_000_000).map(({ name, usdPerCall }) => [name, usdPerCall]));
const close = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`);

test("units of a tier cost the tier's price, units below it their own", () => {
  close(tieredUsd(prices.speechToText, 1_500_000), 500_000 * 0.016 + 500_000 * 0.01 + 500_000 * 0.008);
  close(tieredUsd(prices.speechToText, 100), 1.6);
});

test("a started minute of telephony is a whole one", () => {
  close(costs.get("telephony"), 2 * 0.0085);
});

test("tokens, characters and audio cost what the price list says", () => {
  close(costs.get("language model"), (10_000 * 0.3 + 1_000 * 2.5) / 1e6);
  close(costs.get("text to speech"), 0.03);
  close(costs.get("speech to text"), (500_000 * 0.016 + 500_000 * 0.01) / 1e6);
});

test("the cheapest choice costs less, and the parts are the whole", () => {
  const [one = 0, two = 0] = choices.map((choice) => totalOf(dimensionsOf(usage, choice, 1_000_000)));
  assert.ok(two < one);
  close(
    one,
    [...costs.values()].reduce((sum, cost) => sum + cost, 0),
  );
  close(stretched(usage, 122).perCall.inputTokens, 20_000);
  assert.equal(stretched(usage, 122).perCall.startedMinutes, 3);
});

test("the scenario's call is played to its order, and every figure is more than nothing", async () => {
  const file = new URL("../../scenarios/01-search-ask-order-pay.yaml", import.meta.url);
  const { perCall } = await typicalCall(parseScenario(await readFile(file, "utf8"), "01"), {
    charactersPerToken: 4,
    spokenCharactersPerSecond: 15,
    pauseSeconds: 0.8,
    cpuSecondsPerMinute: 2,
  });
  assert.equal(perCall.turns, 5);
  for (const [name, value] of Object.entries(perCall)) assert.ok(value > 0, name);
  assert.ok(perCall.synthesisedCharacters > 300, "it heard the quote and the receipt");
  close(perCall.cpuSeconds, (perCall.seconds / 60) * 2);
});

test("usage of recorded calls is their average; a record that came twice is stored twice and paid once", () => {
  const sums = new UsageSums();
  const intent = stamped("IntentRecognised", {
    intent: "confirm",
    text: "yes",
    confidence: 1,
    model: "m",
    inputTokens: 300,
    outputTokens: 40,
    costMicros: 1,
    vendorWaitMs: 1,
  });
  sums.add(intent, 100);
  sums.add(intent, 100);
  const sentences = [
    { text: "12345", phraseId: null },
    { text: "kept", phraseId: "a-phrase" },
  ];
  const said = { state: "review", isInterruptible: true, replacesCurrent: false } as const;
  sums.add(stamped("ResponsePrepared", { sentences, ...said }), 50);
  const audio = Buffer.alloc(8_000);
  sums.add(
    stamped("AudioCaptured", { streamSid: "MZ", startsAtMs: 0, audio, concealedFrames: 0, silenceMs: 0 }),
    8_000,
  );
  for (const [callSid, durationMs] of [
    ["CA1", 50_000],
    ["CA2", 70_000],
  ] as const)
    sums.add(stamped("CallEnded", { callSid, reason: "callerHungUp", durationMs }), 10);
  const { calls, perCall } = sums.usage("a test", 3);
  assert.equal(calls, 2);
  assert.deepEqual(
    [
      perCall.seconds,
      perCall.startedMinutes,
      perCall.inputTokens,
      perCall.outputTokens,
      perCall.synthesisedCharacters,
      perCall.recognisedSeconds,
    ],
    [60, 1.5, 150, 20, 2.5, 0.5],
  );
  assert.deepEqual([perCall.cpuSeconds, perCall.logBytes], [3, (100 + 100 + 50 + 8_000 + 20) / 2]);
});

test("without a call that ended there is no average", () => {
  assert.throws(() => new UsageSums().usage("a test", 1), /no call ended/);
});
