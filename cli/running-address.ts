import { readFile } from "node:fs/promises";
import { z } from "zod";

/** There is nothing to work with: no address is given, and nothing runs here. The message says what to do. */
export class NotRunningError extends Error {}

const variables = {
  postgres: "POSTGRES_URL",
  redis: "REDIS_URL",
  kafka: "KAFKA_BROKERS",
  registry: "SCHEMA_REGISTRY_URL",
} as const;

/** The database's address: that of {@link runningAddress}. Throws {@link NotRunningError}. */
export function databaseUrl(file: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  return runningAddress(file, "postgres", environment);
}

/** The address of a part: what its variable says, e.g. `POSTGRES_URL`, else that of the running system by what `npm start` wrote. Throws {@link NotRunningError}. */
export async function runningAddress(
  file: string,
  part: keyof typeof variables,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const variable = variables[part];
  const given = environment[variable];
  if (given !== undefined && given !== "") return given;
  const text = await readFile(file, "utf8").catch(() => {
    throw new NotRunningError(`Set ${variable}, or run "npm start" in another terminal first (there is no ${file}).`);
  });
  try {
    return z.looseObject({ [part]: z.string().min(1) }).parse(JSON.parse(text))[part] as string;
  } catch {
    throw new NotRunningError(`${file} names no ${part}. Set ${variable}.`);
  }
}
