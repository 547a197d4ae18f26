import pino from "pino";

/** Structured log of a worker. Messages and fields never hold caller content: no words, no numbers, no digits. */
export type Logger = {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
};

/** A logger that writes JSON lines to stderr, so that stdout stays free for the ready line. */
export function createLogger(stage: string, level: string): Logger {
  return pino(
    { base: { stage }, level, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  );
}
