/** What a simulator says on stdout once it can be called. */
export type ReadyLine = { readonly name: string; readonly port: number; readonly controlPort?: number };

/** Prints the one line on stdout by which a parent process learns the ports. Everything else a simulator says goes to stderr. */
export function printReadyLine(line: ReadyLine): void {
  process.stdout.write(`${JSON.stringify({ ready: true, ...line })}\n`);
}

/** Writes one JSON line to stderr. Never give it what a caller said. */
export function logLine(name: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), name, message, ...fields })}\n`);
}

/** Closes on SIGTERM or SIGINT and leaves within one second, whether closing finished or not. */
export function closeOnSignal(close: () => Promise<void>): void {
  let isClosing = false;
  const stop = (): void => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(0), 900).unref();
    void close().finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
