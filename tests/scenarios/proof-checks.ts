/** PINs and codes of callers: which were keyed and said on a call, and that they stand nowhere but sealed. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import type { PlayedCall } from "../../cli/call-summary.ts";
import { openTap } from "../../connectors/kafka/tap.ts";
import { answering, maskTurn, noCard } from "../../language/card-mask.ts";
import { type WithoutProof, withoutProof } from "../../language/spoken-proof.ts";
import { DEFAULT_PARTITIONS } from "../../local/system.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import type { SystemFixture } from "../support/system-fixture.ts";

/** The caller's turns as the line keeps them: the agent answers between them, and asks for a PIN or code before some. */
export function keptTurns({ result, evidence }: PlayedCall): readonly WithoutProof[] {
  const answeredAt = result.turns[0]?.startedAt ?? 0;
  let before = noCard;
  return result.transcript.flatMap((event) => {
    if (event.kind !== "caller-said") return [];
    const { text, after } = maskTurn(event.text, before);
    before = answering(after);
    const said = answeredAt + event.atMs;
    const asked = evidence.records.findLast(({ type, occurredAt }) => type === "ResponsePrepared" && occurredAt < said);
    return [withoutProof(text, asked?.type === "ResponsePrepared" && asked.state === "authentication")];
  });
}

/** The PINs and codes of a call, in digits. */
export function proofsOf(call: PlayedCall): readonly string[] {
  const keyed = call.result.transcript.flatMap((event) =>
    event.kind === "caller-pressed" ? (/^(\d{4,8})#$/.exec(event.keys)?.slice(1) ?? []) : [],
  );
  return [...keyed, ...keptTurns(call).flatMap(({ digits }) => digits ?? [])];
}

/** The log is read to its end when nothing more comes for so long. */
const quietMs = 3_000;

/** All digits that a text says in words of their own: neither in an identifier or a hash, nor as a number of JSON. */
const standing = /(?<=["' ])\d{4,8}(?=[\\"' ,.;!?])/g;

/** The digits that stand in a text. */
export function standingDigits(text: string): readonly string[] {
  return text.match(standing) ?? [];
}

/** No record of the call has them, and its keys do not spell them. */
export function assertProofsSealed(call: PlayedCall): void {
  const { records } = call.evidence;
  const told = new Set(standingDigits(JSON.stringify(records)));
  const keys = records.flatMap((record) => (record.type === "DigitPressed" ? [record.digit] : [])).join("");
  for (const proof of proofsOf(call)) {
    assert.ok(!told.has(proof), "a PIN or code stands on a topic");
    assert.ok(!keys.includes(proof), "the keys of a PIN or code stand on a topic");
  }
}

/** What the stages knew of calls, as it was saved at every step, and everything that is in Redis. */
export async function savedDigits({ system }: SystemFixture, timeoutMs: number): Promise<ReadonlySet<string>> {
  const { kafka, registry, redis } = system.describe();
  const found = new Set<string>();
  const take = (text: string): void => {
    for (const digits of standingDigits(text)) found.add(digits);
  };
  let saved = 0;
  let newestAtMs = 0;
  const logger = createLogger("tap", "silent");
  const onRecord = (record: AnyRecord): void => {
    saved += 1;
    newestAtMs = performance.now();
    if (record.type === "CallStateSaved") take(record.session);
  };
  const log = { brokers: [kafka], registryUrl: registry, partitions: DEFAULT_PARTITIONS, logger };
  const tap = await openTap({ ...log, topics: ["callState"], onRecord });
  const client = new Redis(redis);
  try {
    const deadline = performance.now() + timeoutMs;
    while ((saved === 0 || performance.now() - newestAtMs < quietMs) && performance.now() < deadline) await delay(200);
    assert.ok(saved > 0, "sessions were saved");
    for await (const keys of client.scanStream({ count: 500 }))
      for (const key of keys as string[]) take(await contentOf(client, key));
    return found;
  } finally {
    client.disconnect();
    await tap.close();
  }
}

async function contentOf(client: Redis, key: string): Promise<string> {
  switch (await client.type(key)) {
    case "string":
      return JSON.stringify(await client.get(key));
    case "hash":
      return JSON.stringify(await client.hgetall(key));
    case "zset":
      return JSON.stringify(await client.zrange(key, 0, "-1"));
    default:
      return "";
  }
}
