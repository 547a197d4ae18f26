/** A table of costs that somebody published, to be compared with. */
import { readFile } from "node:fs/promises";
import { z } from "zod";

const claim = z.strictObject({
  name: z.string().min(1),
  callsPerMonth: z.int().positive(),
  usdPerCall: z.number().positive(),
  /** What it is said to consist of, a call's share each; may be left out. */
  rows: z.array(z.strictObject({ name: z.string().min(1), usdPerCall: z.number().min(0) })).default([]),
});

export type ClaimedCost = z.infer<typeof claim>;

/** The figure that the project was started with. */
export const articleCost: ClaimedCost = { name: "the article", callsPerMonth: 1_000_000, usdPerCall: 0.03, rows: [] };

/** Reads a claim from a file. Throws with all faults. */
export async function readClaim(file: string): Promise<ClaimedCost> {
  const parsed = claim.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} is not a table of costs:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
