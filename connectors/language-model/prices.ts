/** What a model costs, in US dollars per million tokens; equivalently, micro-dollars per token. */
export type ModelPrice = {
  readonly inputUsdPerMillion: number;
  readonly cachedInputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
  readonly source: string;
  /** The day the figure was read, ISO 8601. */
  readonly asOf: string;
};

const GOOGLE = "https://ai.google.dev/gemini-api/docs/pricing";
const LLM_PRICES = "https://github.com/simonw/llm-prices/blob/main/data/google.json";

/**
 * Paid-tier text prices of the Gemini Developer API for prompts up to 200,000 tokens. Thinking tokens are billed as output. A model whose
 * name begins with a key has that price (the longest key wins), so dated previews are covered. Where no price of cached tokens was found they count as
 * fresh ones. Verify before billing anybody.
 */
const priceByModelPrefix: Readonly<Record<string, ModelPrice>> = {
  "gemini-2.5-flash": usd(0.3, 0.03, 2.5, LLM_PRICES, "2026-11-22"),
  "gemini-2.5-flash-lite": usd(0.1, 0.01, 0.4, LLM_PRICES, "2026-11-22"),
  "gemini-2.5-pro": usd(1.25, 0.125, 10, LLM_PRICES, "2026-11-22"),
  "gemini-3-flash": usd(0.5, 0.5, 3, LLM_PRICES, "2026-11-22"),
  "gemini-3.1-flash-lite": usd(0.25, 0.025, 1.5, LLM_PRICES, "2026-11-22"),
  "gemini-3.5-flash": usd(1.5, 0.15, 9, GOOGLE, "2026-09-20"),
  "gemini-3.5-flash-lite": usd(0.3, 0.03, 2.5, LLM_PRICES, "2026-11-22"),
  "gemini-3.6-flash": usd(1.5, 0.15, 7.5, LLM_PRICES, "2026-11-22"),
  // Until 2026-12-31; 1.50 and 7.50 from 2027-01-01.
  "gemini-3.8-flash": usd(0.75, 0.75, 3.75, GOOGLE, "2026-09-20"),
};

function usd(input: number, cachedInput: number, output: number, source: string, asOf: string): ModelPrice {
  return {
    inputUsdPerMillion: input,
    cachedInputUsdPerMillion: cachedInput,
    outputUsdPerMillion: output,
    source,
    asOf,
  };
}

/** The price of a model, or undefined for one that the table does not know. */
export function priceOfModel(model: string): ModelPrice | undefined {
  let best: string | undefined;
  for (const prefix of Object.keys(priceByModelPrefix)) {
    if (model.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = prefix;
  }
  return best === undefined ? undefined : priceByModelPrefix[best];
}

/** Tokens of one answer, as the vendor counted them. Cached tokens are part of the input tokens. */
export type TokenUse = {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
};

/** The cost of one answer in micro-dollars, rounded up to a whole one. */
export function costMicrosOf(price: ModelPrice, use: TokenUse): number {
  const freshInputTokens = Math.max(0, use.inputTokens - use.cachedInputTokens);
  const micros =
    freshInputTokens * price.inputUsdPerMillion +
    use.cachedInputTokens * price.cachedInputUsdPerMillion +
    use.outputTokens * price.outputUsdPerMillion;
  return Math.ceil(micros - 1e-9);
}
