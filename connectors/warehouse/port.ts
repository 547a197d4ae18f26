/** Where facts about calls are kept for analysis, and the audit log that shows whether anything was changed since. */
import type { EffectContext } from "../../runtime/effect.ts";
import type { RiskAction } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";

/**
 * What records tell of something, as sets by eventId: facts of several records are joined in any order, and joined twice they are the same. A set holds
 * plain JSON values, equal for equal eventIds.
 */
export type Facts = { readonly [set: string]: { readonly [eventId: string]: unknown } };

/** A turn as analysts see it. Times are milliseconds since the epoch. */
export type TurnRow = {
  readonly words: string | null;
  readonly wordCount: number | null;
  readonly recogniserConfidence: number | null;
  readonly intent: string | null;
  readonly confidence: number | null;
  readonly source: string | null;
  readonly tools: readonly string[];
  readonly outcomes: readonly string[];
  readonly state: string | null;
  readonly decidedBy: string | null;
  readonly speechEndedAt: number | null;
  readonly turnEndedAt: number | null;
  readonly firstByteAt: number | null;
  readonly endpointWaitMs: number | null;
  readonly recogniserWaitMs: number | null;
  readonly modelWaitMs: number | null;
  readonly storeWaitMs: number | null;
  readonly paymentWaitMs: number | null;
  readonly synthesisWaitMs: number | null;
  readonly overheadMs: number | null;
  readonly voiceToVoiceMs: number | null;
  readonly firstSoundMs: number | null;
  readonly wasInterrupted: boolean;
  readonly riskScore: number;
  readonly riskAction: RiskAction;
  readonly costMicros: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** A call as analysts see it. */
export type CallRow = {
  readonly callerHash: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: string | null;
  readonly durationMs: number | null;
  readonly turns: number;
  readonly orders: number;
  readonly revenueMinor: number;
  readonly isConverted: boolean;
  readonly costMicros: number;
  readonly riskScore: number;
  readonly riskAction: RiskAction;
};

/** How rows are made of facts. */
export type RowMakers = {
  readonly turnRowOf: (facts: Facts) => TurnRow;
  readonly callRowOf: (facts: Facts) => CallRow;
};

/** What one record leaves in the warehouse. */
export type WarehouseEntry = {
  /** The record without caller content. Its hash goes to the audit log. */
  readonly record: AnyRecord;
  /** What it tells of its turn; null when nothing. */
  readonly turnFacts: Facts | null;
  /** What it tells of its call; null when nothing. */
  readonly callFacts: Facts | null;
};

/** Keeps facts and audit. */
export type Warehouse = {
  /**
   * Resolves when the entry is committed: its facts joined into the rows of turn and call, and one row appended to the audit log, in one transaction.
   * The same record (by eventId) stored again changes nothing. Waits out a database that is away. Throws DATABASE_FAILED for an entry that the
   * database refuses.
   */
  store(entry: WarehouseEntry, context: EffectContext): Promise<void>;
};
