import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { migrate, migrationsFolder } from "../deploy/migrate.ts";
import { cachedFolder } from "./cached-folder.ts";
import { type ChildOptions, startChild } from "./child-process.ts";

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
  const name = `postgres-template-${version}-${await hashOfMigrations()}`;
  return cachedFolder({ name, ...(cache === undefined ? {} : { cache }) }, async (staging) => {
    onProgress?.("Initialising an empty database (once)");
    const server = await startChild(launchOf(staging));
    try {
      await migrate(connectionString);
    } finally {
      await server.stop();
    }
  });
}

async function hashOfMigrations(): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(migrationsFolder)).filter((name) => name.endsWith(".sql")).sort();
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(migrationsFolder, name)));
  return hash.digest("hex").slice(0, 16);
}
