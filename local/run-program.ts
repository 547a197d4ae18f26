import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { ownProcess } from "./own-processes.ts";

/** A user of the machine, by numbers. */
export interface ProgramUser {
  readonly uid: number;
  readonly gid: number;
}

export interface RunOptions {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string | undefined;
  /** Runs as another user; only root may ask for it. */
  readonly user?: ProgramUser | undefined;
  /** Told every line of both outputs. */
  readonly onLine?: (line: string) => void;
}

const keptLines = 40;

/**
 * Runs a program that ends by itself. Throws when it cannot be started, ends with another code than 0 (the error shows
 * its last lines), or takes longer than `timeoutMs` (it is killed).
 */
export async function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.env ?? process.env,
    cwd: options.cwd,
    ...options.user,
  });
  const release = ownProcess(() => child.kill("SIGKILL"));
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      tail.push(line);
      if (tail.length > keptLines) tail.shift();
      options.onLine?.(line);
    });
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, options.timeoutMs);
  try {
    const code = await new Promise<number | string | null>((resolve, reject) => {
      child.once("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
      child.once("close", (status, signal) => resolve(status ?? signal));
    });
    const how = isLate ? `took longer than ${options.timeoutMs / 1000} s` : `ended with ${code}`;
    if (isLate || code !== 0) throw new Error(`${command} ${how}. Its last lines:\n${tail.join("\n")}`);
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** What a short program writes to its standard output. Throws as {@link runProgram} does, after at most 30 s. */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], { timeout: 30_000 });
  return stdout;
}
