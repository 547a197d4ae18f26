/**
 * Which offset of a partition may be committed: the highest below which everything is finished, however out of order things finish
 * (calls run concurrently within a partition).
 */
export class OffsetTracker {
  #nextExpected: bigint | null = null;
  #committable: bigint | null = null;
  #committed: bigint | null = null;
  /** Offsets under way in the order they came; the value says whether each is finished. */
  readonly #open = new Map<bigint, boolean>();

  /** Notes that a record is under way. False when it was taken before: a redelivery within this worker, to be passed over. */
  start(offset: bigint): boolean {
    if (this.#nextExpected !== null && offset < this.#nextExpected) return false;
    this.#nextExpected = offset + 1n;
    this.#open.set(offset, false);
    return true;
  }

  /** Notes that a record is finished. */
  finish(offset: bigint): void {
    if (!this.#open.has(offset)) return;
    this.#open.set(offset, true);
    for (const [candidate, isFinished] of this.#open) {
      if (!isFinished) break;
      this.#open.delete(candidate);
      this.#committable = candidate + 1n;
    }
  }

  /** Next offset to commit, or null when nothing changed since {@link markCommitted}. */
  pending(): bigint | null {
    return this.#committable === this.#committed ? null : this.#committable;
  }

  markCommitted(nextOffset: bigint): void {
    this.#committed = nextOffset;
  }

  /** Records under way. */
  get openCount(): number {
    return this.#open.size;
  }
}
