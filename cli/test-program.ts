import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** A program to run to its end. */
export type Program = {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Longest time it may take, in milliseconds; then its whole process group is ended. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
};

export type ProgramEnd = {
  /** Null when it was ended by a signal or could not be started. */
  readonly exitCode: number | null;
  readonly isTimedOut: boolean;
  /** What it wrote to both streams, the last {@link OUTPUT_LIMIT} characters. */
  readonly output: string;
};

const OUTPUT_LIMIT = 2_000_000;
const GRACE_MS = 5_000;

/**
 * Runs a program in a process group of its own and waits for its end. At the time-out, or when called off, the group gets SIGTERM and, if it
 * is still there 5 s later, SIGKILL. Whatever the program leaves in its group ends with it. Never throws.
 */
export async function runToEnd(program: Program): Promise<ProgramEnd> {
  const child = spawn(program.command, program.args, {
    env: program.environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      output = (output + chunk).slice(-OUTPUT_LIMIT);
    });
  }
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group is empty already.
    }
  };
  let isTimedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup("SIGTERM");
    killer ??= setTimeout(() => signalGroup("SIGKILL"), GRACE_MS);
  };
  const timer = setTimeout(() => {
    isTimedOut = true;
    stop();
  }, program.timeoutMs);
  program.signal?.addEventListener("abort", stop, { once: true });
  if (program.signal?.aborted === true) stop();
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      output += `${program.command} could not be started: ${error.message}\n`;
      resolve(null);
    });
    child.once("exit", (code) => {
      signalGroup("SIGKILL");
      // A program of another group may have inherited the streams: what is not read soon is not waited for.
      void Promise.race([
        new Promise((closed) => child.once("close", closed)),
        delay(GRACE_MS, undefined, { ref: false }),
      ]).then(() => resolve(code));
    });
  });
  clearTimeout(timer);
  clearTimeout(killer);
  program.signal?.removeEventListener("abort", stop);
  child.stdout.destroy();
  child.stderr.destroy();
  return { exitCode, isTimedOut, output };
}
