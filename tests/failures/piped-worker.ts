import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A worker whose log is its standard input and output. It ends when this process does, since its input ends then. */
export type PipedWorker = {
  send(line: object): void;
  /** SIGKILL; ends when the process is gone. */
  kill(): Promise<void>;
};

/** Starts act-worker.ts and waits until it is ready. `onLine` is told every other line that it writes. */
export async function startPipedWorker(
  environment: Readonly<Record<string, string>>,
  onLine: (line: object) => void,
): Promise<PipedWorker> {
  const program = join(import.meta.dirname, "act-worker.ts");
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  child.stdin.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as object;
      if ("ready" in line) resolve();
      else onLine(line);
    });
    child.once("exit", (code, signal) => reject(new Error(`the worker ended before it was ready: ${signal ?? code}`)));
  });
  return {
    send: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
