import type { RecordByName } from "../../schemas/generated/records.ts";

const assessedTypes = [
  "CallStarted",
  "StreamAttached",
  "StreamDetached",
  "DigitPressed",
  "CallEnded",
  "TurnEnded",
  "IntentRecognised",
  "ToolCalled",
  "ToolSucceeded",
  "ToolRefused",
  "ToolFailed",
] as const;

/** A record that risk is assessed for. */
export type AssessedRecord = RecordByName[(typeof assessedTypes)[number]];

/** Whether risk is assessed for a record of this type. */
export function isAssessed(record: { readonly type: string }): record is AssessedRecord {
  return (assessedTypes as readonly string[]).includes(record.type);
}
