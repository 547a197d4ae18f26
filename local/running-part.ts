import type { RunningChild } from "./child-process.ts";

/** A server of the local stack. Its address and data stay the same over kill and restart. */
export interface RunningPart {
  readonly name: string;
  readonly port: number;
  isRunning(): boolean;
  /** The process group, while it runs. */
  pid(): number | undefined;
  /** The last lines that the server wrote, at most 100. */
  tail(): readonly string[];
  /** Asks the server to end, forces it after a bound, and ends when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL: as if the machine had taken it away. */
  kill(): Promise<void>;
  /** Stops it if it runs, then starts it on the same port with the same data; ends when it is ready. */
  restart(): Promise<void>;
}

export interface PartOptions {
  readonly name: string;
  readonly port: number;
  readonly start: () => Promise<RunningChild>;
  /** SIGTERM to SIGKILL. */
  readonly graceMs: number;
  /** What must happen besides SIGKILL to kill it, such as removing a container. */
  readonly afterKill?: (() => Promise<void>) | undefined;
  /** Called when the server ends without having been asked to. */
  readonly onUnexpectedExit?: ((message: string) => void) | undefined;
}

/** Starts the server and gives the handle by which it is stopped, killed and restarted. */
export async function startPart(options: PartOptions): Promise<RunningPart> {
  let child = await start();
  let isExpected = false;

  async function start(): Promise<RunningChild> {
    const started = await options.start();
    void started.exited.then((exit) => {
      if (isExpected || started !== child) return;
      const how = exit.signal ?? `exit code ${exit.code}`;
      options.onUnexpectedExit?.(`${options.name} ended unexpectedly (${how}):\n${started.tail().join("\n")}`);
    });
    return started;
  }

  async function end(how: () => Promise<void>): Promise<void> {
    isExpected = true;
    await how();
    await options.afterKill?.();
  }

  return {
    name: options.name,
    port: options.port,
    isRunning: () => child.isRunning(),
    pid: () => (child.isRunning() ? child.pid : undefined),
    tail: () => child.tail(),
    stop: () => end(() => child.stop(options.graceMs)),
    kill: () => end(() => child.kill()),
    async restart() {
      await end(() => child.stop(options.graceMs));
      child = await start();
      isExpected = false;
    },
  };
}
