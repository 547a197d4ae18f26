/** The JSON that `--json FILE` writes: figures with everything that is needed to judge them. */
import { z } from "zod";

const figure = z.number();
const spread = z.strictObject({ median: figure, min: figure, max: figure, runs: z.array(figure).min(1) });
const load = z.array(figure).length(3);

/** Shape of a result. Readers may rely on it; a change that breaks them counts `format` up. */
export const resultSchema = z.strictObject({
  format: z.literal(1),
  instrument: z.string().min(1),
  summary: z.string(),
  /** True for `--quick`: the figures mean nothing. */
  isQuick: z.boolean(),
  runs: z.int().min(1),
  /** ISO 8601, UTC. */
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  options: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int().positive(),
    memoryBytes: z.int().positive(),
    system: z.string(),
    node: z.string(),
    versions: z.record(z.string(), z.string()),
    loadAverageAtStart: load,
    loadAverageAtEnd: load,
    /** Share of all cores that was busy while it ran, by whomever, 0 to 1. */
    busyShare: z.number().min(0).max(1),
  }),
  tables: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        labels: z.array(z.string()),
        columns: z.array(z.strictObject({ name: z.string().min(1), unit: z.string(), digits: z.int().min(0) })),
        rows: z
          .array(
            z.strictObject({
              labels: z.array(z.union([z.string(), figure])),
              cells: z.array(z.union([spread, z.string(), z.null()])),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
  notes: z.array(z.string()),
});

export type Result = z.infer<typeof resultSchema>;
