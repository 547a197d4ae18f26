import { readFile } from "node:fs/promises";
import { z } from "zod";

/** There is no database to work with. The message says what to do. */
export class NoDatabaseError extends Error {}

const variables = { postgres: "POSTGRES_URL", redis: "REDIS_URL", kafka: "KAFKA_BROKERS" } as const;

/** The database's address: `POSTGRES_URL`, else that of the running system by what `npm start` wrote. Throws {@link NoDatabaseError}. */
export function databaseUrl(file: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  return runningAddress(file, "postgres", environment);
}

/** The address of a part, in the same way. Throws {@link NoDatabaseError}. */
export async function runningAddress(
  file: string,
  part: keyof typeof variables,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const variable = variables[part];
  const given = environment[variable];
  if (given !== undefined && given !== "") return given;
  const text = await readFile(file, "utf8").catch(() => {
    throw new NoDatabaseError(`Set ${variable}, or run "npm start" in another terminal first (there is no ${file}).`);
  });
  try {
    return z.looseObject({ [part]: z.string().min(1) }).parse(JSON.parse(text))[part] as string;
  } catch {
    throw new NoDatabaseError(`${file} names no ${part}. Set ${variable}.`);
  }
}
