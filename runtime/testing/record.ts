import type { RecordByName, RecordName } from "../../schemas/generated/records.ts";

type Stamp = "type" | "eventId" | "callSid" | "turn" | "occurredAt" | "causeId";
type Stamps = { eventId: string; callSid: string; turn: number; occurredAt: number; causeId: string | null };

let count = 0;

/** A record as the runtime would have stamped it; identity and time are defaults unless given. Every call gives a fresh eventId. */
export function stamped<N extends RecordName>(
  type: N,
  fields: Omit<RecordByName[N], Stamp> & Partial<Stamps>,
): RecordByName[N] {
  count += 1;
  const stamps: Stamps = {
    eventId: `event-${count}`,
    callSid: "CA00000000000000000000000000000001",
    turn: 0,
    occurredAt: 1_000,
    causeId: null,
  };
  return { type, ...stamps, ...fields } as unknown as RecordByName[N];
}
