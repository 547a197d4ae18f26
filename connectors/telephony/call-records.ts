import { createHash, randomBytes } from "node:crypto";
import type { ChainableCommander, Redis } from "ioredis";
import type { Attestation, CardEntry } from "../../schemas/generated/records.ts";
import type { CallEnding, CallFacts, Withheld } from "./port.ts";

/** What all gateways know about a call. */
export type CallRecord = {
  readonly facts: CallFacts;
  /** Newest attachment, -1 before the first. */
  readonly attachment: number;
  readonly firstAttachedAtMs: number;
  readonly withheld: Withheld;
  readonly ending: CallEnding | null;
  readonly isOver: boolean;
  /** How the newest card entry ended. */
  readonly cardEntry: CardEntry | null;
  /** How often a card was asked for: that many attachments came back without having been lost. */
  readonly cardEntries: number;
  /** How often a gateway that was told to end handed it over. */
  readonly handOvers: number;
};

/** What a stream's token stands for. */
export type TokenClaim = { readonly callSid: string; readonly attachment: number };

/** A replayed or repeated webhook finds its answer this long. */
const keptSeconds = 86_400;
const attestations: readonly string[] = ["unknown", "full", "partial", "gateway", "failed"] satisfies Attestation[];

function readFacts(callSid: string, fields: Readonly<Record<string, string>>): CallFacts | null {
  const startedAtMs = Number(fields.startedAtMs);
  if (fields.startedAtMs === undefined || !Number.isFinite(startedAtMs)) return null;
  const attestation = attestations.includes(fields.attestation ?? "") ? (fields.attestation as Attestation) : "unknown";
  return {
    callSid,
    fromNumber: fields.fromNumber ?? "",
    toNumber: fields.toNumber ?? "",
    attestation,
    startedAtMs,
    answeredBy: fields.answeredBy ?? "",
  };
}

/**
 * What gateways share about calls, in Redis: single-use tokens of media streams, answers already given to webhooks, and what a resume on another
 * gateway needs. Every key expires. Methods reject when Redis does not answer.
 */
export class CallRecords {
  readonly #redis: Redis;
  readonly #tokenSeconds: number;

  constructor(redis: Redis, tokenSeconds: number) {
    this.#redis = redis;
    this.#tokenSeconds = tokenSeconds;
  }

  /** A token for one stream of one call: 256 random bits, kept only as a hash, gone once used or after its seconds. */
  async mintToken(claim: TokenClaim): Promise<string> {
    const token = randomBytes(32).toString("base64url");
    await this.#redis.set(tokenKey(token), JSON.stringify(claim), "EX", this.#tokenSeconds, "NX");
    return token;
  }

  /** Uses a token up. Null when it never was, was used, or expired. */
  async takeToken(token: string): Promise<TokenClaim | null> {
    const claim = await this.#redis.getdel(tokenKey(token));
    return claim === null ? null : (JSON.parse(claim) as TokenClaim);
  }

  /** The answer given to this step of the call, or null. */
  answerTo(callSid: string, step: string): Promise<string | null> {
    return this.#redis.get(`partyline:answer:${callSid}:${step}`);
  }

  /** Keeps the answer to a step. False when another was kept first: then that one counts. */
  async keepAnswer(callSid: string, step: string, answer: string): Promise<boolean> {
    const kept = await this.#redis.set(`partyline:answer:${callSid}:${step}`, answer, "EX", keptSeconds, "NX");
    return kept === "OK";
  }

  /** Keeps a call's facts; the first ones stay. */
  async start(callSid: string, facts: CallFacts): Promise<void> {
    await this.#change(callSid, (change, key) => {
      for (const [field, value] of Object.entries(facts)) change.hsetnx(key, field, String(value));
      return change;
    });
  }

  async find(callSid: string): Promise<CallRecord | null> {
    const fields = await this.#redis.hgetall(callKey(callSid));
    const facts = readFacts(callSid, fields);
    if (facts === null) return null;
    const { ending } = fields;
    return {
      facts,
      attachment: Number(fields.attachment ?? -1),
      firstAttachedAtMs: Number(fields.firstAttachedAtMs ?? 0),
      withheld: { isMasked: fields.isMasked === "1", isProofAwaited: fields.isProofAwaited === "1" },
      ending: ending === "agentHungUp" || ending === "transferred" ? ending : null,
      isOver: fields.isOver === "1",
      cardEntry: fields.cardEntry === undefined ? null : (JSON.parse(fields.cardEntry) as CardEntry),
      cardEntries: Number(fields.cardEntries ?? 0),
      handOvers: Number(fields.handOvers ?? 0),
    };
  }

  /** Notes that a stream is attached, and gives what is known of its call. Null for a call that is not on record. */
  async attach(callSid: string, attachment: number, nowMs: number): Promise<CallRecord | null> {
    await this.#change(callSid, (change, key) =>
      change.hset(key, "attachment", attachment).hsetnx(key, "firstAttachedAtMs", nowMs),
    );
    return this.find(callSid);
  }

  async rememberWithheld(callSid: string, withheld: Partial<Withheld>): Promise<void> {
    const fields = Object.fromEntries(Object.entries(withheld).map(([name, is]) => [name, is ? "1" : "0"]));
    await this.#change(callSid, (change, key) => change.hset(key, fields));
  }

  /** Notes that a card is asked for: what an earlier entry came to counts no more. */
  async beginCardEntry(callSid: string): Promise<void> {
    await this.#change(callSid, (change, key) => change.hdel(key, "cardEntry").hincrby(key, "cardEntries", 1));
  }

  /** Keeps how the card entry ended, for the stream that comes back. */
  async keepCardEntry(callSid: string, entry: CardEntry): Promise<void> {
    await this.#change(callSid, (change, key) => change.hset(key, "cardEntry", JSON.stringify(entry)));
  }

  /** Notes that the call was told to end; null takes it back. */
  async rememberEnding(callSid: string, ending: CallEnding | null): Promise<void> {
    await this.#change(callSid, (change, key) => change.hset(key, "ending", ending ?? ""));
  }

  /** Notes that the call goes on elsewhere because its gateway was told to end. */
  async countHandOver(callSid: string): Promise<void> {
    await this.#change(callSid, (change, key) => change.hincrby(key, "handOvers", 1));
  }

  async close(callSid: string): Promise<void> {
    await this.#change(callSid, (change, key) => change.hset(key, "isOver", "1").hdel(key, "cardEntry"));
  }

  /** Changes a call's record. It expires whether or not the store had lost it meanwhile. */
  async #change(callSid: string, of: (change: ChainableCommander, key: string) => ChainableCommander): Promise<void> {
    const key = callKey(callSid);
    const results = await of(this.#redis.multi(), key).expire(key, keptSeconds).exec();
    const failed = results?.find(([error]) => error !== null)?.[0];
    if (failed != null) throw failed;
  }
}

function callKey(callSid: string): string {
  return `partyline:call:${callSid}`;
}

function tokenKey(token: string): string {
  return `partyline:token:${createHash("sha256").update(token).digest("base64url")}`;
}
