/**
 * The usage of a scenario's call, computed without a vendor: the dialogue is driven with the scenario's meanings, so that the agent says what it really says; the model's
 * questions are the ones that the adapter would send; the caller's speech is as long as its audio.
 */
import { buildGeminiRequest } from "../../connectors/language-model/gemini-request.ts";
import type { ConversationTurn } from "../../connectors/language-model/port.ts";
import {
  noEntities,
  type ProductOffer,
  type RecordName,
  type ResponsePrepared,
  type ToolCalled,
} from "../../schemas/generated/records.ts";
import { readShop } from "../../shop/load.ts";
import type { Product } from "../../shop/shop-files.ts";
import type { Scenario } from "../../simulators/caller/scenario-format.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import { order, quote, TestCall, visa } from "../../stages/converse/test-call.ts";
import { type Facts, noFacts, withResult } from "../../stages/interpret/facts.ts";
import { instruction } from "../../stages/interpret/instruction.ts";
import { answerSchema } from "../../stages/interpret/intent-contract.ts";
import { localCodec } from "../local-codec.ts";
import { sampleRecords } from "../sample-records.ts";
import { MEDIA_OVERHEAD } from "./recorded-usage.ts";
import type { Usage } from "./usage.ts";

export type Assumptions = {
  /** Of the vendor's tokenizer, on English with JSON around it. */
  readonly charactersPerToken: number;
  /** How fast the agent speaks. */
  readonly spokenCharactersPerSecond: number;
  /** Between the end of the agent's words and the caller's, and between the caller's and the agent's. */
  readonly pauseSeconds: number;
  readonly cpuSecondsPerMinute: number;
};

const MULAW_BYTES_PER_SECOND = 8_000;
/** Headers, key and framing of a record beside its value. */
const RECORD_OVERHEAD_BYTES = 260;
/** Records of a turn beside audio: each of the six stages with a session saves it about twice. */
const recordsOfTurn: readonly (readonly [RecordName, number])[] = [
  ["SpeechStarted", 1],
  ["SpeechEnded", 1],
  ["TranscriptUpdated", 5],
  ["TurnEnded", 1],
  ["IntentRecognised", 1],
  ["ToolCalled", 1],
  ["ToolSucceeded", 1],
  ["ResponsePrepared", 1],
  ["PlaybackStarted", 1],
  ["PlaybackReached", 2],
  ["RiskAssessed", 4],
  ["CallStateSaved", 12],
];
const AUDIO_RECORD_OVERHEAD = 1.2;
const MODEL = "gemini-2.5-flash";

type Emitted = ReturnType<TestCall["hear"]>;

/** Plays the scenario's caller against the dialogue. Throws when it needs something that this cannot answer. */
export async function typicalCall(scenario: Scenario, assumed: Assumptions): Promise<Usage> {
  const { products } = await readShop();
  const call = new TestCall();
  let facts: Facts = noFacts;
  const history: ConversationTurn[] = [];
  const heard = { agentCharacters: 0, synthesisedCharacters: 0, callerSeconds: 0, turns: 0 };
  const tokens = { input: 0, output: 0 };

  function hear(emitted: Emitted): void {
    for (const record of emitted) {
      if (record.type === "ResponsePrepared") hearResponse(record);
      if (record.type === "ToolCalled" && record.tool !== "cancelQuote") hear(succeed(record, record.eventId));
    }
  }
  function hearResponse({ sentences }: ResponsePrepared): void {
    for (const { text, phraseId } of sentences) {
      heard.agentCharacters += text.length;
      if (phraseId === null) heard.synthesisedCharacters += text.length;
      history.push({ speaker: "agent", text });
    }
    hear(call.hear());
  }
  function succeed(called: ToolCalled, callId: string): Emitted {
    const result = resultOf(called, products);
    facts = withResult(facts, { ...sampleRecords.ToolSucceeded, products: [], ...result, tool: called.tool });
    return call.succeed(result, callId);
  }

  hear(call.start());
  for (const step of scenario.steps) {
    if (step.kind === "press") hear(call.press(step.press));
    if (step.kind !== "say") continue;
    heard.turns += 1;
    heard.callerSeconds += speak(step.say).length / MULAW_BYTES_PER_SECOND;
    const { intent, entities } = step.means ?? { intent: "unclear" as const, entities: {} };
    const { contents, config } = buildGeminiRequest(
      { instruction, answerSchema, facts, history: history.slice(-12), utterance: step.say, deadlineMs: 1_000 },
      { model: MODEL, maxOutputTokens: 512, temperature: 0 },
    );
    const asked = JSON.stringify([contents, config?.systemInstruction, config?.responseJsonSchema]);
    const answered = JSON.stringify({ intent, confidence: 0.95, entities: { ...noEntities, ...entities } });
    tokens.input += asked.length / assumed.charactersPerToken;
    tokens.output += answered.length / assumed.charactersPerToken;
    history.push({ speaker: "caller", text: step.say });
    const said = Object.fromEntries(Object.entries(entities).filter(([, value]) => value !== undefined));
    hear(call.means(intent, said, { text: step.say }));
  }
  const agentSeconds = heard.agentCharacters / assumed.spokenCharactersPerSecond;
  const seconds = heard.callerSeconds + agentSeconds + 2 * heard.turns * assumed.pauseSeconds;
  return {
    source: `the scenario "${scenario.name}", computed`,
    calls: 1,
    perCall: {
      seconds,
      startedMinutes: Math.ceil(seconds / 60),
      turns: heard.turns,
      recognisedSeconds: seconds,
      synthesisedCharacters: heard.synthesisedCharacters,
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      cpuSeconds: (seconds / 60) * assumed.cpuSecondsPerMinute,
      logBytes:
        (seconds + agentSeconds) * MULAW_BYTES_PER_SECOND * AUDIO_RECORD_OVERHEAD + heard.turns * turnLogBytes(),
      egressBytes: agentSeconds * MULAW_BYTES_PER_SECOND * MEDIA_OVERHEAD,
    },
  };
}

function turnLogBytes(): number {
  const codec = localCodec();
  return recordsOfTurn.reduce(
    (sum, [name, count]) => sum + count * (codec.encode(sampleRecords[name]).length + RECORD_OVERHEAD_BYTES),
    0,
  );
}

function offerOf({ id, attributes, aliases: _aliases, reviewCount: _reviewCount, ...product }: Product): ProductOffer {
  const named = Object.entries(attributes).map(([name, value]) => ({ name, value: String(value) }));
  return { ...product, productId: id, attributes: named, isMatch: true, backorderDays: null };
}

/** What a tool answers when all goes well. */
function resultOf(called: ToolCalled, products: readonly Product[]): Parameters<TestCall["succeed"]>[0] {
  const { query, priceMaxMinor, productId, quantity } = called.arguments;
  const byId = products.find(({ id }) => id === productId);
  switch (called.tool) {
    case "searchProducts": {
      const words = (query ?? "").toLowerCase().split(" ");
      const fits = products.filter(
        ({ title, description, priceMinor }) =>
          priceMinor <= (priceMaxMinor ?? Number.POSITIVE_INFINITY) &&
          words.some((word) => `${title} ${description}`.toLowerCase().includes(word)),
      );
      return { products: fits.slice(0, 5).map(offerOf) };
    }
    case "getProductDetails":
      return byId === undefined ? {} : { products: [offerOf(byId)] };
    case "verifyIdentity":
      return { customerName: "Dana Whitlock", cards: [visa] };
    case "quoteOrder":
      return {
        quote: quote(quantity ?? 1, {}, byId === undefined ? undefined : offerOf(byId)),
        cards: [visa],
      };
    case "placeOrder":
      return { order: order() };
    // The typical call asks for none of these.
    default:
      return {};
  }
}
