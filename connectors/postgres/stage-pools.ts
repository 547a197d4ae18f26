import type pg from "pg";
import { createPool, type PoolOptions } from "./pool.ts";

type Log = { warn(fields: object, message: string): void };
type Surroundings = Omit<PoolOptions, "applicationName" | "maxConnections" | "onIdleError">;

/** Opens pools of one stage by name; what happens to connections that nobody uses is logged. */
export function stagePools(
  stage: string,
  options: Surroundings,
  log: Log,
): (name: string, maxConnections: number) => pg.Pool {
  const onIdleError = (error: Error) => log.warn({ code: "DATABASE_FAILED", error: error.message }, "connection lost");
  return (name, maxConnections) =>
    createPool({ ...options, applicationName: `partyline ${stage} ${name}`, maxConnections, onIdleError });
}
