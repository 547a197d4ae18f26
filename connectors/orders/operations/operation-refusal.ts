import type { OperationRefusalReason } from "./order-facts.ts";
import type { OperationRefusal, ReadBack } from "./port.ts";
import { refusalWords } from "./refusal-words.ts";

/** A refusal before its time is taken. */
export type Refused = Omit<OperationRefusal, "storeWaitMs">;

/** Says no. */
export function no(reason: OperationRefusalReason, readBack: ReadBack | null = null): Refused {
  return { status: "refused", reason, sentence: refusalWords[reason], readBack };
}
