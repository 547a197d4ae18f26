/**
 * The local reasoner: the language model's role without a language model.
 *
 * Sentence embeddings of the caller's words against labelled examples, beside grammars for yes and no, numbers, places in a list, order numbers and codes. It
 * needs no network and no key, answers in milliseconds, and never answers outside the contract. It reads `facts.offered` (products by name and title),
 * `facts.inFocus` and the names in `facts.quote`; everything else of the request, the instruction included, is not for it.
 */
import { readFile } from "node:fs/promises";
import { PartylineError } from "../../runtime/errors.ts";
import type { Intent } from "../../schemas/generated/records.ts";
import type { Embeddings } from "../embeddings/port.ts";
import { decide, decideByGrammar, type LocalAnswer, meaningfulPart, withYesNo } from "./local-decision.ts";
import { type LabelledVector, voteOfNeighbours } from "./local-neighbours.ts";
import type { LocalFacts } from "./local-signals.ts";
import type { LanguageModel } from "./port.ts";

const examplesFile = new URL("intent-examples.json", import.meta.url);
const maxUtteranceLength = 1_000;

/** Options of {@link createLocalReasoner}. */
type LocalReasonerOptions = {
  readonly embeddings: Embeddings;
  /** The same model for the examples, when their vectors are kept between starts; callers' words never go through it. */
  readonly exampleEmbeddings?: Embeddings;
  /** Labelled examples; those shipped with the project if absent. */
  readonly examples?: Readonly<Partial<Record<Intent, readonly string[]>>>;
};

function namedIn(list: unknown): LocalFacts["offered"] {
  return (Array.isArray(list) ? list : []).flatMap((product: unknown) => {
    const { name, title } = (typeof product === "object" && product !== null ? product : {}) as Record<string, unknown>;
    return typeof name === "string" ? [{ name, title: typeof title === "string" ? title : "" }] : [];
  });
}

function linesOf(quote: unknown): unknown {
  return typeof quote === "object" && quote !== null && "lines" in quote ? quote.lines : [];
}

function factsOf(facts: Readonly<Record<string, unknown>>): LocalFacts {
  return {
    offered: namedIn(facts.offered),
    hasFocus: typeof facts.inFocus === "string",
    quoted: namedIn(linesOf(facts.quote)),
  };
}

/** Builds the reasoner; embeds every example once, which takes some milliseconds for each. Throws INVALID_INPUT without examples. */
export async function createLocalReasoner({
  embeddings,
  exampleEmbeddings = embeddings,
  examples,
}: LocalReasonerOptions): Promise<LanguageModel> {
  const labelled = examples ?? (JSON.parse(await readFile(examplesFile, "utf8")) as LocalReasonerOptions["examples"]);
  const pairs = Object.entries(labelled ?? {}).flatMap(([intent, texts]) =>
    (texts ?? []).map((text) => ({ intent: intent as Intent, text })),
  );
  if (pairs.length === 0) throw new PartylineError("INVALID_INPUT", "there are no examples of any intent");
  const vectors = await exampleEmbeddings.embed(
    pairs.map(({ text }) => text.toLowerCase()),
    "document",
  );
  const known: LabelledVector[] = pairs.map(({ intent }, index) => ({
    intent,
    vector: vectors[index] ?? new Float32Array(embeddings.dimensions),
  }));

  async function answerTo(utterance: string, facts: LocalFacts): Promise<LocalAnswer> {
    const sure = decideByGrammar(utterance);
    if (sure !== null) return sure;
    const part = meaningfulPart(utterance);
    const [vector] = await embeddings.embed([part.toLowerCase()], "document");
    if (vector === undefined) throw new PartylineError("VENDOR_ANSWER_INVALID", "the embedding model gave no vector");
    return withYesNo(decide(part, voteOfNeighbours(vector, known), facts), utterance);
  }

  return {
    async reason({ utterance, facts }, context) {
      if (context.signal.aborted) throw new PartylineError("ABORTED", "the question was withdrawn");
      const answer = await answerTo(utterance.slice(0, maxUtteranceLength), factsOf(facts));
      return {
        text: JSON.stringify(answer),
        model: `local/${embeddings.model}`,
        inputTokens: 0,
        outputTokens: 0,
        costMicros: 0,
        vendorWaitMs: 0,
      };
    },
  };
}
