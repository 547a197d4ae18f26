import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isProcessAlive } from "./process-alive.ts";

const pollMs = 200;
/** A lock without a process number is one whose owner died between creating and writing it. */
const emptyLockMs = 5_000;

/**
 * Runs `work` while no other process holds the lock file; waits up to `waitMs` for another holder.
 *
 * It saves double work and nothing else depends on it: what is built under the lock is published by renaming, so that
 * two holders at once (possible when a dead owner's lock is broken by two waiters) do no harm. A lock whose owner no
 * longer lives is broken.
 */
export async function withFileLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMs;
  while (!(await tryLock(path))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another process has held ${path} for more than ${Math.round(waitMs / 1000)} s. If none runs, delete it.`,
      );
    }
    await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(`${process.pid}\n`);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (await isAbandoned(path)) await rm(path, { force: true });
  return false;
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const owner = Number((await readFile(path, "utf8")).trim());
    if (owner > 0) return !isProcessAlive(owner);
    return Date.now() - (await stat(path)).mtimeMs > emptyLockMs;
  } catch {
    // It was released between our two looks at it.
    return false;
  }
}
