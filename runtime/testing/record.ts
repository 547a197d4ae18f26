import { absentFields, noEntities, type RecordByName, type RecordName } from "../../schemas/generated/records.ts";

/** What most tests do not care about; any of it may be given. */
const usualFields = {
  TurnEnded: {
    confidence: 0.9,
    startsAtMs: 0,
    endsAtMs: 900,
    lastByteAt: 900,
    decidedBy: "silence",
    endpointWaitMs: 200,
    vendorWaitMs: 0,
  },
  IntentRecognised: {
    entities: noEntities,
    text: "",
    confidence: 0.9,
    source: "model",
    isInjectionSuspected: false,
    model: "",
    inputTokens: 0,
    outputTokens: 0,
    costMicros: 0,
    vendorWaitMs: 0,
  },
  ToolSucceeded: { storeWaitMs: 0, vendorWaitMs: 0 },
  ToolRefused: { storeWaitMs: 0, vendorWaitMs: 0 },
  ToolFailed: { storeWaitMs: 0, vendorWaitMs: 0 },
} as const satisfies { readonly [N in RecordName]?: Partial<RecordByName[N]> };

type Stamps = { eventId: string; callSid: string; turn: number; occurredAt: number; causeId: string | null };
type Stamped = keyof Stamps | "type";
type Usual<N extends RecordName> = N extends keyof typeof usualFields ? keyof (typeof usualFields)[N] : never;
type Optional<N extends RecordName> = (keyof (typeof absentFields)[N] | Usual<N>) & keyof RecordByName[N];

/** What a record says beside its stamps. */
type Given<N extends RecordName> = Omit<RecordByName[N], Stamped | Optional<N>> &
  Partial<Pick<RecordByName[N], Optional<N>>>;

let count = 0;

/**
 * A record as the runtime would have stamped it. Identity and time are defaults unless given, and so are fields that the schema lets be without a value and
 * those that most tests do not care about. Every call gives a fresh eventId.
 */
export function stamped<N extends RecordName>(type: N, fields: Given<N> & Partial<Stamps>): RecordByName[N] {
  count += 1;
  const stamps: Stamps = {
    eventId: `event-${count}`,
    callSid: "CA00000000000000000000000000000001",
    turn: 0,
    occurredAt: 1_000,
    causeId: null,
  };
  const usual: { readonly [name in string]?: object } = usualFields;
  return { type, ...stamps, ...absentFields[type], ...usual[type], ...fields } as unknown as RecordByName[N];
}
