/** A stage's worker as a process that is started again when it dies: killed is normal. */
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type RunningChild, startChild } from "./child-process.ts";

export type StageProcess = {
  readonly name: string;
  /** URL of its /metrics. */
  metricsUrl(): string;
  /** How often it was started again. */
  restarts(): number;
  /** Resolves when it is ready, e.g. after a restart. */
  ready(): Promise<void>;
  /** SIGKILL; it is started again at once. */
  kill(): Promise<void>;
  /** SIGTERM; it drains, and is started again. */
  restart(): Promise<void>;
  /** Ends it for good, without waiting for a good moment. */
  stop(): Promise<void>;
};

export type StageProcessOptions = {
  readonly name: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether callers wait for it: what they do not wait for gives way to what they do. */
  readonly isWaitedFor: boolean;
  readonly onLine?: ((name: string, line: string) => void) | undefined;
  readonly onRestart?: ((name: string, reason: string) => void) | undefined;
};

const READY_WITHIN_MS = 45_000;
/** On a machine that is busy with other things as well, what gives way is started late. */
const READY_WITHIN_MS_GIVING_WAY = 150_000;
/** A call runs most code of a worker only now and then: V8 would interpret it each time, and forget it in between. Measured in docs/performance.md. */
const V8_FLAGS = ["--always-sparkplug", "--no-flush-bytecode"];
const MAX_BACKOFF_MS = 5_000;
const STABLE_AFTER_MS = 10_000;
/** A gateway hands its calls over before it ends. */
const RESTART_GRACE_MS = 40_000;

/** Starts a worker and resolves when it is ready. Throws, with its last lines, when it cannot be started the first time. */
export async function startStageProcess(options: StageProcessOptions): Promise<StageProcess> {
  let isStopping = false;
  let restarts = 0;
  let backoffMs = 0;
  let startedAt = performance.now();
  const program = join(import.meta.dirname, "..", "stages", options.name, "worker.ts");
  const worker = [process.execPath, ...V8_FLAGS, program] as const;
  const [command, ...args] = options.isWaitedFor ? worker : givingWay(worker);
  const launch = (): Promise<RunningChild> => {
    startedAt = performance.now();
    return startChild({
      name: options.name,
      command,
      args,
      env: { ...options.environment },
      ready: { kind: "line" },
      readyTimeoutMs: options.isWaitedFor ? READY_WITHIN_MS : READY_WITHIN_MS_GIVING_WAY,
      onLine: (line) => options.onLine?.(options.name, line),
    });
  };
  let child = await launch();
  let ready: Promise<void> = Promise.resolve();

  function watch(): void {
    void child.exited.then(({ code, signal }) => {
      if (isStopping) return;
      ready = relaunch(`ended with ${signal ?? `exit code ${code}`}`);
    });
  }

  async function relaunch(reason: string): Promise<void> {
    backoffMs = performance.now() - startedAt > STABLE_AFTER_MS ? 0 : Math.min(MAX_BACKOFF_MS, backoffMs * 2 + 250);
    options.onRestart?.(options.name, reason);
    for (;;) {
      if (backoffMs > 0) await delay(backoffMs);
      if (isStopping) return;
      restarts += 1;
      try {
        child = await launch();
        break;
      } catch (error) {
        options.onRestart?.(options.name, error instanceof Error ? error.message : String(error));
        backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2 + 250);
      }
    }
    if (isStopping) await child.stop();
    else watch();
  }

  watch();
  return {
    name: options.name,
    metricsUrl: () => `http://127.0.0.1:${String(child.readyLine?.metricsPort)}/metrics`,
    restarts: () => restarts,
    ready: async () => {
      // A death that was just caused is noticed only in a later turn of the event loop.
      await delay(50);
      await ready;
    },
    kill: () => child.kill(),
    restart: () => child.stop(RESTART_GRACE_MS),
    async stop() {
      isStopping = true;
      const stopped = child.stop(8_000);
      // A second signal tells a worker to hurry.
      child.interrupt();
      await stopped;
      await ready;
    },
  };
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/nice.html */
function givingWay(command: readonly string[]): readonly [string, ...string[]] {
  return ["nice", "-n", `${constants.priority.PRIORITY_BELOW_NORMAL}`, ...command];
}
