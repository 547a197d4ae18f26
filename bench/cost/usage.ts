/** What a call uses of everything that is paid for. */
import { readFile } from "node:fs/promises";
import { z } from "zod";

const amount = z.number().min(0);

/** A usage file: averages over calls. */
export const usageSchema = z.strictObject({
  /** Where the figures come from, in words. */
  source: z.string().min(1),
  calls: z.int().min(1),
  perCall: z.strictObject({
    /** From ringing to the end. */
    seconds: z.number().positive(),
    /** As telephony is billed: each call's own time rounded up. */
    startedMinutes: amount,
    turns: amount,
    /** Caller audio that the recogniser was given. */
    recognisedSeconds: amount,
    /** Characters of sentences that were made up for this caller; phrases that are kept cost nothing. */
    synthesisedCharacters: amount,
    inputTokens: amount,
    outputTokens: amount,
    /** Over all processes of ours. */
    cpuSeconds: amount,
    logBytes: amount,
    egressBytes: amount,
  }),
});

export type Usage = z.infer<typeof usageSchema>;

/** Reads a usage file. Throws with all faults. */
export async function readUsage(file: string): Promise<Usage> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = usageSchema.safeParse(json);
  if (!parsed.success) throw new Error(`${file} is not a usage file:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The same conversation, longer or shorter: everything grows with the time. */
export function stretched({ source, calls, perCall }: Usage, seconds: number): Usage {
  const factor = seconds / perCall.seconds;
  const scaled = Object.fromEntries(Object.entries(perCall).map(([name, value]) => [name, value * factor]));
  return { source, calls, perCall: { ...(scaled as Usage["perCall"]), startedMinutes: Math.ceil(seconds / 60) } };
}
