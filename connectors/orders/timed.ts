import { performance } from "node:perf_hooks";
import { toDatabaseError } from "../postgres/database-error.ts";

/** An answer of the database with the time that it took. Whatever is thrown becomes DATABASE_FAILED, unless it has a code of its own. */
export async function timed<A>(work: () => Promise<A>): Promise<A & { readonly storeWaitMs: number }> {
  const startedAt = performance.now();
  try {
    const answer = await work();
    return { ...answer, storeWaitMs: performance.now() - startedAt };
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
}
