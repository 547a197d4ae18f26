import { readFile } from "node:fs/promises";
import { z } from "zod";

/** There is no database to work with. The message says what to do. */
export class NoDatabaseError extends Error {}

const running = z.looseObject({ postgres: z.string().min(1) });

/** The database's address: `POSTGRES_URL`, else that of the running system by what `npm start` wrote. Throws {@link NoDatabaseError}. */
export async function databaseUrl(file: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { POSTGRES_URL } = environment;
  if (POSTGRES_URL !== undefined && POSTGRES_URL !== "") return POSTGRES_URL;
  const text = await readFile(file, "utf8").catch(() => {
    throw new NoDatabaseError(`Set POSTGRES_URL, or run "npm start" in another terminal first (there is no ${file}).`);
  });
  try {
    return running.parse(JSON.parse(text)).postgres;
  } catch {
    throw new NoDatabaseError(`${file} names no database. Set POSTGRES_URL.`);
  }
}
