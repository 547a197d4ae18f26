import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "./cache-directory.ts";
import { withFileLock } from "./file-lock.ts";
import { isProcessAlive } from "./process-alive.ts";

const marker = ".complete.json";
const lockWaitMs = 15 * 60_000;

/** A folder of the cache whose name says everything that its content depends on. */
export interface CachedFolder {
  readonly name: string;
  /** The cache; the user's by default. */
  readonly cache?: string;
}

/** Where the folder is or will be. */
export function cachedFolderPath(folder: CachedFolder): string {
  return join(folder.cache ?? cacheDirectory(), folder.name);
}

/**
 * Whether the folder was published and every file in it still has the size it had then. Contents are hashed only when
 * they are fetched, so that a warm start does not read hundreds of megabytes.
 */
export async function isFolderComplete(folder: CachedFolder): Promise<boolean> {
  const path = cachedFolderPath(folder);
  try {
    const sizes = JSON.parse(await readFile(join(path, marker), "utf8")) as Record<string, number>;
    const checks = await Promise.all(
      Object.entries(sizes).map(async ([name, size]) => (await stat(join(path, name))).size === size),
    );
    return checks.every((isRight) => isRight);
  } catch {
    return false;
  }
}

/**
 * Gives the folder's path, building it first when it is missing or damaged. `build` fills a temporary folder beside it,
 * which is renamed when it is whole: a reader never sees half a folder, and of two builders the first to finish wins.
 */
export async function cachedFolder(folder: CachedFolder, build: (staging: string) => Promise<void>): Promise<string> {
  const path = cachedFolderPath(folder);
  if (await isFolderComplete(folder)) return path;
  return withFileLock(`${path}.lock`, lockWaitMs, async () => {
    if (await isFolderComplete(folder)) return path;
    await removeAbandoned(folder);
    const staging = `${path}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
    await mkdir(staging, { recursive: true });
    try {
      await build(staging);
      await writeFile(join(staging, marker), JSON.stringify(await sizesOf(staging)));
      await publish(folder, staging);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return path;
  });
}

async function publish(folder: CachedFolder, staging: string): Promise<void> {
  const path = cachedFolderPath(folder);
  try {
    await rename(staging, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    if (await isFolderComplete(folder)) return;
    await rm(path, { recursive: true, force: true });
    await rename(staging, path);
  }
}

/** Removes the temporary folders of builders that were killed. */
async function removeAbandoned(folder: CachedFolder): Promise<void> {
  const cache = folder.cache ?? cacheDirectory();
  for (const name of await readdir(cache)) {
    const owner = name.startsWith(`${folder.name}.tmp-`) ? Number(name.slice(folder.name.length + 5).split("-")[0]) : 0;
    if (owner > 0 && owner !== process.pid && !isProcessAlive(owner)) {
      await rm(join(cache, name), { recursive: true, force: true });
    }
  }
}

async function sizesOf(directory: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    sizes[path.slice(directory.length + 1)] = (await stat(path)).size;
  }
  return sizes;
}
