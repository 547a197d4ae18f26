/** Where a `session` stage keeps what it knows about a call between inputs. Redis stands behind this port. */
export type SessionStore = {
  /**
   * Takes the call over: raises its fencing epoch (above 0) and returns it with what was saved, null when there is nothing. From then on
   * saves with an older epoch are refused, also when the store was emptied in between.
   */
  acquire(stage: string, callSid: string): Promise<{ readonly epoch: number; readonly session: string | null }>;
  /** Saves for one hour from now. False when a newer epoch exists: the caller lost the call. */
  save(stage: string, callSid: string, partition: number, epoch: number, session: string): Promise<boolean>;
  /** Forgets the call. False when a newer epoch exists. */
  forget(stage: string, callSid: string, partition: number, epoch: number): Promise<boolean>;
  /** Calls of a partition that have a session: what a worker takes over with the partition. */
  live(stage: string, partition: number): Promise<readonly string[]>;
  close(): Promise<void>;
};
