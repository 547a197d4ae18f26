import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { migrate, migrationsFolder } from "../deploy/migrate.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { cachedFolder } from "./cached-folder.ts";
import { type ChildOptions, startChild } from "./child-process.ts";

const prefix = "postgres-template-";
const keptMs = 7 * 24 * 3_600_000;
const requireHere = createRequire(import.meta.url);

/**
 * A data folder in the cache, initialised and migrated, to be copied. Making one takes 5 s of work, copying it 0.1 s. Its
 * name holds what its content depends on: the version of PGlite, whose files do not fit another one, and the migrations.
 * `launchOf` says how the server is run on a data folder.
 */
export async function postgresTemplate(
  launchOf: (data: string) => ChildOptions,
  connectionString: string,
  cache: string | undefined,
  onProgress?: (line: string) => void,
): Promise<string> {
  const main = requireHere.resolve("@electric-sql/pglite");
  const { version } = requireHere(main.replace(/dist[\\/][^\\/]+$/, "package.json")) as { version: string };
  const name = `${prefix}${version.replaceAll(".", "-")}-${await hashOfMigrations()}`;
  return cachedFolder({ name, ...(cache === undefined ? {} : { cache }) }, async (staging) => {
    onProgress?.("Initialising an empty database (once)");
    const server = await startChild(launchOf(staging));
    try {
      await migrate(connectionString);
    } finally {
      await server.stop();
    }
    await removeOld(cache ?? cacheDirectory());
  });
}

/** Every change of the migrations leaves a template of 40 MB behind. Another checkout that still needs an old one makes it again. */
async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(prefix) || name.includes(".")) continue;
    const path = join(cache, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > keptMs) await rm(path, { recursive: true, force: true });
  }
}

async function hashOfMigrations(): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".sql")).sort();
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(migrationsFolder, name)));
  return hash.digest("hex").slice(0, 16);
}
