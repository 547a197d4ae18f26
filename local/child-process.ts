import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { lifelineScript } from "./lifeline.ts";
import { ownProcess } from "./own-processes.ts";
import { isReachable, type ReadyProbe } from "./ready-probe.ts";
import type { ProgramUser } from "./run-program.ts";

export interface ChildOptions {
  /** For messages, such as "broker". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Runs as another user; only root may ask for it. */
  readonly user?: ProgramUser | undefined;
  /** What asks it to end, SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals | undefined;
  readonly ready: ReadyProbe;
  readonly readyTimeoutMs: number;
  /** Shell words run when this process dies without having stopped the child, for what the child does not own. */
  readonly onParentDeath?: string | undefined;
  /** Told every line that the child writes. */
  readonly onLine?: ((line: string, stream: "stdout" | "stderr") => void) | undefined;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningChild {
  readonly name: string;
  /** Number of the process group that holds the program; `process.kill(-pid, signal)` reaches it. */
  readonly pid: number;
  /** The JSON line with which one of our own programs says that it is ready. */
  readonly readyLine: Readonly<Record<string, unknown>> | undefined;
  readonly exited: Promise<ChildExit>;
  isRunning(): boolean;
  /** The last lines it wrote, at most 100. */
  tail(): readonly string[];
  /** SIGTERM (or the program's own signal), then SIGKILL after `graceMs` (5 s by default). Ends when the process is gone; may be called again. */
  stop(graceMs?: number): Promise<void>;
  /** SIGINT, if it still runs. */
  interrupt(): void;
  /** SIGKILL. Ends when the process is gone. */
  kill(): Promise<void>;
}

const keptLines = 100;
const probeIntervalMs = 20;

/**
 * Starts a long-running program and waits until it is ready. Throws when it cannot be started, ends before it is ready,
 * or is not ready in time; the error shows its last lines, and nothing of it keeps running.
 *
 * The program cannot outlive this process, however this one dies (see lifeline.ts). It runs in a process group of its
 * own, so that Ctrl-C in a terminal reaches only this process, which then stops things in order.
 */
export async function startChild(options: ChildOptions): Promise<RunningChild> {
  const script = ["-c", lifelineScript, "partyline", options.onParentDeath ?? ":", options.command, ...options.args];
  const process_ = spawn("/bin/sh", script, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    ...options.user,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const child = new Child(options, process_);
  void child.exited.then(ownProcess(() => void child.kill()));
  try {
    await child.untilReady();
  } catch (error) {
    await child.kill();
    throw error;
  }
  return child;
}

class Child implements RunningChild {
  readonly name: string;
  readonly exited: Promise<ChildExit>;
  readyLine: Readonly<Record<string, unknown>> | undefined;
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #lines: string[] = [];
  #exit: ChildExit | undefined;
  #spawnError: Error | undefined;

  constructor(options: ChildOptions, child: ChildProcess) {
    this.name = options.name;
    this.#options = options;
    this.#process = child;
    // Writing to the lifeline of a child that is gone must not be an unhandled error.
    child.stdin?.on("error", () => undefined);
    this.#read(child.stdout, "stdout");
    this.#read(child.stderr, "stderr");
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.#exit ??= { code, signal };
        // Whatever the program left in its group goes with it; usually the group is empty and this finds nothing.
        this.#signal("SIGKILL");
      };
      child.once("exit", end);
      // After "exit" the wrapper is gone; its outputs close when the program itself is gone too, with its ports.
      child.once("close", () => resolve(this.#exit ?? { code: null, signal: null }));
      child.once("error", (error) => {
        this.#spawnError = error;
        if (child.pid === undefined) end(null, null);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  isRunning(): boolean {
    return this.#exit === undefined;
  }

  tail(): readonly string[] {
    return [...this.#lines];
  }

  async stop(graceMs = 5_000): Promise<void> {
    if (this.isRunning()) this.#signal(this.#options.stopSignal ?? "SIGTERM");
    const timeout = new AbortController();
    const isGone = await Promise.race([
      this.exited.then(() => true),
      delay(graceMs, false, { signal: timeout.signal }).catch(() => true),
    ]);
    timeout.abort();
    if (!isGone) await this.kill();
  }

  interrupt(): void {
    if (this.isRunning()) this.#signal("SIGINT");
  }

  async kill(): Promise<void> {
    if (this.isRunning()) this.#signal("SIGKILL");
    await this.exited;
  }

  async untilReady(): Promise<void> {
    const deadline = Date.now() + this.#options.readyTimeoutMs;
    while (!(await this.#isReady())) {
      if (!this.isRunning()) throw this.#failure(`ended before it was ready (${this.#howItEnded()})`);
      if (Date.now() > deadline) throw this.#failure(`was not ready within ${this.#options.readyTimeoutMs} ms`);
      await Promise.race([delay(probeIntervalMs), this.exited]);
    }
  }

  async #isReady(): Promise<boolean> {
    if (!this.isRunning()) return false;
    const probe = this.#options.ready;
    return probe.kind === "line" ? this.readyLine !== undefined : isReachable(probe);
  }

  #howItEnded(): string {
    if (this.#spawnError !== undefined) return this.#spawnError.message;
    return this.#exit?.signal ? `signal ${this.#exit.signal}` : `exit code ${this.#exit?.code}`;
  }

  #failure(what: string): Error {
    const lines = this.#lines.length === 0 ? "It wrote nothing." : `Its last lines:\n${this.#lines.join("\n")}`;
    return new Error(`${this.name} ${what}. ${lines}`);
  }

  /** A signal for the whole group; that there is none left is no error. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #read(stream: Readable | null, name: "stdout" | "stderr"): void {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (line) => {
      this.#lines.push(line);
      if (this.#lines.length > keptLines) this.#lines.shift();
      if (name === "stdout") this.readyLine ??= parseReadyLine(line);
      this.#options.onLine?.(line, name);
    });
  }
}

function parseReadyLine(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return value.ready === true ? value : undefined;
  } catch {
    return undefined;
  }
}
