/** Follows the calls of a load by their records: which are under way, and when somebody begins to speak. */
import type { AnyRecord } from "../../schemas/topics.ts";

export class CallsUnderWay {
  readonly #callSids = new Set<string>();
  readonly #leftOut = new Set<string>();
  readonly #records: AnyRecord[] = [];
  #waiting: ((callSid: string) => void) | undefined;

  /** Somebody else's call: it is neither under way nor waited for. */
  leaveOut(callSid: string): void {
    this.#leftOut.add(callSid);
    this.#callSids.delete(callSid);
  }

  /** Calls whose stream was attached and that have not ended. */
  get callSids(): ReadonlySet<string> {
    return this.#callSids;
  }

  /** Everything so far of all calls, as it lies in the log. */
  get records(): readonly AnyRecord[] {
    return this.#records;
  }

  take(record: AnyRecord): void {
    this.#records.push(record);
    if (this.#leftOut.has(record.callSid)) return;
    if (record.type === "StreamAttached") this.#callSids.add(record.callSid);
    if (record.type === "CallEnded") this.#callSids.delete(record.callSid);
    if (record.type !== "SpeechStarted") return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(record.callSid);
  }

  /** The next caller who begins to speak. Throws when nobody does in time. */
  speaking(timeoutMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nobody spoke for ${timeoutMs} ms`)), timeoutMs);
      this.#waiting = (callSid) => {
        clearTimeout(timer);
        resolve(callSid);
      };
    });
  }
}
