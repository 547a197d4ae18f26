/** Statements that write many rows from one JSON array of rows. Columns are listed once, with the field of the row that each comes from. */

type Column = { readonly name: string; readonly type: string; readonly field: string; readonly isTime: boolean };

function column(field: string, type: string): Column {
  const name = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { name, type, field, isTime: type === "time" };
}

const columnsOf = (spec: Readonly<Record<string, string>>): Column[] =>
  Object.entries(spec).map(([field, type]) => column(field, type));

const turnKey = columnsOf({ callSid: "text", turn: "int" });
const turnColumns = columnsOf({
  words: "text",
  wordCount: "int",
  recogniserConfidence: "float8",
  intent: "text",
  confidence: "float8",
  source: "text",
  tools: "text[]",
  outcomes: "text[]",
  state: "text",
  decidedBy: "text",
  speechEndedAt: "time",
  turnEndedAt: "time",
  firstByteAt: "time",
  endpointWaitMs: "float8",
  recogniserWaitMs: "float8",
  modelWaitMs: "float8",
  storeWaitMs: "float8",
  paymentWaitMs: "float8",
  synthesisWaitMs: "float8",
  overheadMs: "float8",
  voiceToVoiceMs: "float8",
  firstSoundMs: "float8",
  wasInterrupted: "boolean",
  riskScore: "float8",
  riskAction: "text",
  costMicros: "float8",
  inputTokens: "int",
  outputTokens: "int",
  facts: "jsonb",
});

const callKey = columnsOf({ callSid: "text" });
const callColumns = columnsOf({
  callerHash: "text",
  startedAt: "time",
  endedAt: "time",
  endReason: "text",
  durationMs: "float8",
  turns: "int",
  orders: "int",
  revenueMinor: "bigint",
  isConverted: "boolean",
  costMicros: "float8",
  riskScore: "float8",
  riskAction: "text",
  facts: "jsonb",
});

const auditColumns = columnsOf({
  chain: "int",
  seq: "bigint",
  occurredAtMs: "float8",
  callSid: "text",
  recordType: "text",
  eventId: "text",
  recordSha256: "text",
  previousHash: "text",
  hash: "text",
});

function insertStatement(table: string, columns: readonly Column[]): string {
  const names = columns.map(({ name }) => name).join(", ");
  // Times come as milliseconds since the epoch.
  const values = columns.map(({ field, isTime }) => (isTime ? `to_timestamp(r."${field}" / 1000.0)` : `r."${field}"`));
  const shape = columns.map(({ field, type, isTime }) => `"${field}" ${isTime ? "float8" : type}`).join(", ");
  return `INSERT INTO ${table} (${names}) SELECT ${values.join(", ")} FROM jsonb_to_recordset($1::jsonb) AS r (${shape})`;
}

function upsertStatement(table: string, key: readonly Column[], columns: readonly Column[]): string {
  const changes = columns.map(({ name }) => `${name} = excluded.${name}`).join(", ");
  const keys = key.map(({ name }) => name).join(", ");
  return `${insertStatement(table, [...key, ...columns])} ON CONFLICT (${keys}) DO UPDATE SET ${changes}`;
}

export const upsertTurnsStatement = upsertStatement("call_turns", turnKey, turnColumns);
export const upsertCallsStatement = upsertStatement("calls", callKey, callColumns);
export const insertAuditStatement = insertStatement("audit_log", auditColumns);
