/** Programs that measure in a process of their own: questions go there and answers come back, one at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A program that was started with {@link forkProgram}. */
export type ForkedProgram<Question, Answer> = {
  readonly pid: number | undefined;
  /** Rejects when the program fails, ends, or does not answer within `timeoutMs`. */
  ask(question: Question, timeoutMs: number): Promise<Answer>;
  stop(): Promise<void>;
};

type Reply<Answer> = { readonly answer: Answer } | { readonly error: string };

/** Starts a program of the project that calls {@link serveQuestions}. It ends when this process does, and when the signal says that the run is called off. */
export function forkProgram<Question extends object, Answer>(
  program: URL,
  signal?: AbortSignal,
): ForkedProgram<Question, Answer> {
  const child = fork(program, { execArgv: [], serialization: "advanced" });
  const onAbort = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", onAbort, { once: true });
  child.once("exit", () => signal?.removeEventListener("abort", onAbort));
  return {
    pid: child.pid,
    ask: (question, timeoutMs) => ask<Question, Answer>(child, question, timeoutMs),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      if (child.connected) child.disconnect();
      const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(killer);
    },
  };
}

function ask<Question extends object, Answer>(
  child: ChildProcess,
  question: Question,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const done = (act: () => void): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      act();
    };
    const onMessage = (reply: unknown): void =>
      done(() => {
        const told = reply as Reply<Answer>;
        if ("error" in told) reject(new Error(told.error));
        else resolve(told.answer);
      });
    const onExit = (): void => done(() => reject(new Error(`${child.spawnargs.at(-1)} ended while it was asked`)));
    const timer = setTimeout(
      () => done(() => reject(new Error(`${child.spawnargs.at(-1)} did not answer within ${timeoutMs} ms`))),
      timeoutMs,
    );
    child.on("message", onMessage);
    child.once("exit", onExit);
    child.send(question);
  });
}

/** The other side: answers questions until the parent lets go. */
export function serveQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on("message", (question) => {
    answer(question as Question).then(
      (given) => process.send?.({ answer: given }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.once("disconnect", () => process.exit(0));
}
