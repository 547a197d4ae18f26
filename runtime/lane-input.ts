/** What goes into a call's lane, and what its core gets of it. */
import type { PortItem } from "./lane-effects.ts";
import type { Settlement } from "./settlement.ts";
import type { IncomingRecord } from "./stage-host.ts";

/** What waits in a call's queue. */
export type Item = { readonly queuedAt: number } & (
  | { readonly kind: "record"; readonly incoming: IncomingRecord; readonly settlement: Settlement | null }
  | PortItem
  | { readonly kind: "timer"; readonly name: string; readonly dueAt: number; readonly settlement: null }
);
/** An item before it is queued. */
export type NewItem = Item extends infer I ? (I extends unknown ? Omit<I, "queuedAt"> : never) : never;
/** An input as the core gets it, with what the runtime needs beside it. */
export type Taken = {
  readonly input: unknown;
  readonly at: number;
  readonly identity: string;
  readonly causeId: string | null;
};
