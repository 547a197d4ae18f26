import { createRequire } from "node:module";
import { PGlite } from "@electric-sql/pglite";
import { cachedFolder } from "./cached-folder.ts";

const requireHere = createRequire(import.meta.url);

/**
 * An initialised, empty data folder in the cache, to be copied. Creating one takes 3 s of work, copying it 0.1 s. Its
 * name holds the version of PGlite, whose files do not fit another one.
 */
export async function postgresTemplate(
  cache: string | undefined,
  onProgress?: (line: string) => void,
): Promise<string> {
  const main = requireHere.resolve("@electric-sql/pglite");
  const { version } = requireHere(main.replace(/dist[\\/][^\\/]+$/, "package.json")) as { version: string };
  const name = `postgres-template-${version}`;
  return cachedFolder({ name, ...(cache === undefined ? {} : { cache }) }, async (staging) => {
    onProgress?.("Initialising an empty database (once)");
    const database = await PGlite.create({ dataDir: staging });
    await database.close();
  });
}
