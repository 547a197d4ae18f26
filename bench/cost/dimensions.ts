/** A call's cost by what is paid for, at a number of calls a month. */
import { type ModelPrice, priceOfModel } from "../../connectors/language-model/prices.ts";
import { prices, tieredUsd } from "../prices.ts";
import type { Usage } from "./usage.ts";

/** What may be chosen. */
export type Choice = { readonly name: string; readonly voice: "chirp3Hd" | "standard"; readonly model: string };

export const choices: readonly Choice[] = [
  { name: "as configured", voice: "chirp3Hd", model: "gemini-2.5-flash" },
  { name: "cheapest of the same vendors", voice: "standard", model: "gemini-2.5-flash-lite" },
];

export type Dimension = {
  readonly name: string;
  /** What a call uses, in words. */
  readonly use: string;
  readonly usdPerCall: number;
};

const HOURS_PER_MONTH = 730;
const GB = 1e9;
/** Machines are there for the busiest hour. */
const PROVISIONED_TIMES_MEAN = 3;
const GB_MEMORY_PER_CPU = 2;
/** Log lines and spans of a turn. */
const LOG_LINES_BYTES = 4_000;
const CACHE_BYTES_PER_CALL = 40_000;
const MIN_CACHE_GB = 1;
const AUDIO_RETENTION_HOURS = 1;

function modelPrice(model: string): ModelPrice {
  const price = priceOfModel(model);
  if (price === undefined) throw new Error(`connectors/language-model/prices.ts has no price of ${model}`);
  return price;
}

/** The dimensions of a call, in the order in which it meets them. */
export function dimensionsOf({ perCall }: Usage, choice: Choice, callsPerMonth: number): readonly Dimension[] {
  const minutes = perCall.seconds / 60;
  const recognisedMinutes = perCall.recognisedSeconds / 60;
  const model = modelPrice(choice.model);
  const voice = choice.voice === "chirp3Hd" ? prices.voiceChirp3Hd : prices.voiceStandard;
  const monthly = (usd: number): number => usd / callsPerMonth;
  const cpuHours = (perCall.cpuSeconds * PROVISIONED_TIMES_MEAN) / 3600;
  const meanCalls = (callsPerMonth * perCall.seconds) / (HOURS_PER_MONTH * 3600);
  const cacheGb = Math.max(MIN_CACHE_GB, (meanCalls * CACHE_BYTES_PER_CALL) / GB);
  const keptGb = (meanCalls * (perCall.logBytes / perCall.seconds) * AUDIO_RETENTION_HOURS * 3600) / GB;
  return [
    {
      name: "telephony",
      use: `${Number(perCall.startedMinutes.toFixed(2))} started minutes`,
      usdPerCall: perCall.startedMinutes * prices.telephony.usd,
    },
    { name: "media stream", use: `${minutes.toFixed(2)} minutes`, usdPerCall: minutes * prices.mediaStream.usd },
    {
      name: "speech to text",
      use: `${recognisedMinutes.toFixed(2)} minutes of audio`,
      usdPerCall: monthly(tieredUsd(prices.speechToText, recognisedMinutes * callsPerMonth)),
    },
    {
      name: "language model",
      use: `${Math.round(perCall.inputTokens)} + ${Math.round(perCall.outputTokens)} tokens`,
      usdPerCall:
        (perCall.inputTokens * model.inputUsdPerMillion + perCall.outputTokens * model.outputUsdPerMillion) / 1e6,
    },
    {
      name: "text to speech",
      use: `${Math.round(perCall.synthesisedCharacters)} characters`,
      usdPerCall: (perCall.synthesisedCharacters * voice.usd) / 1e6,
    },
    {
      name: "our processes",
      use: `${perCall.cpuSeconds.toFixed(2)} CPU seconds`,
      usdPerCall: cpuHours * (prices.containerCpu.usd + GB_MEMORY_PER_CPU * prices.containerMemory.usd),
    },
    {
      name: "Kafka",
      use: `${(perCall.logBytes / 1e6).toFixed(2)} MB written`,
      usdPerCall:
        monthly(3 * prices.kafkaBroker.usd * HOURS_PER_MONTH + keptGb * prices.kafkaStorage.usd) +
        (perCall.logBytes / GB) * prices.kafkaIn.usd,
    },
    {
      name: "database and cache",
      use: "fixed for the month",
      usdPerCall: monthly(
        (prices.database.usd + prices.databaseReplica.usd + cacheGb * prices.cache.usd) * HOURS_PER_MONTH,
      ),
    },
    {
      name: "network and logs",
      use: `${(perCall.egressBytes / 1e6).toFixed(2)} MB out`,
      usdPerCall:
        monthly(prices.network.usd) +
        (perCall.egressBytes / GB) * prices.egress.usd +
        ((perCall.turns * LOG_LINES_BYTES) / GB) * prices.logs.usd,
    },
  ];
}

export function totalOf(dimensions: readonly Dimension[]): number {
  return dimensions.reduce((sum, { usdPerCall }) => sum + usdPerCall, 0);
}
