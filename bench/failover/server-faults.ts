/** Servers that go away during calls and come back. */
import { setTimeout as delay } from "node:timers/promises";
import type { System } from "../../local/system.ts";

const pausedMs = 5_000;

/** Name, what it is called in the table, and how it is done; ends when the server is back. */
export const serverFaults = {
  broker: {
    what: "broker killed and restarted",
    async cause({ stack }: System): Promise<void> {
      await stack.parts.broker.kill();
      await stack.parts.broker.restart();
    },
  },
  redis: {
    what: "Redis killed and restarted",
    async cause({ stack }: System): Promise<void> {
      await stack.parts.redis.kill();
      await stack.parts.redis.restart();
    },
  },
  database: {
    what: "database stands still for 5 s",
    async cause({ stack }: System): Promise<void> {
      const group = stack.parts.postgres.pid();
      if (group === undefined) throw new Error("the database does not run");
      process.kill(-group, "SIGSTOP");
      try {
        await delay(pausedMs);
      } finally {
        process.kill(-group, "SIGCONT");
      }
    },
  },
} as const;

export type ServerFault = keyof typeof serverFaults;
/** In the order of the table. */
export const serverFaultNames = ["broker", "redis", "database"] as const satisfies readonly ServerFault[];
