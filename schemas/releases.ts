import { readdirSync, readFileSync } from "node:fs";
import type { AvroJson } from "./compatibility.ts";

/** A schema that was released, and so may have been written with by a worker that still runs or in a record that is still kept. */
export type ReleasedSchema = { readonly release: number; readonly file: string; readonly schema: AvroJson };

const folder = new URL("./released/", import.meta.url);

/** Numbers of the releases, ascending. `released/<n>/` holds all schemas as they were in release n, and never changes. */
export function releases(): readonly number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((release) => Number.isSafeInteger(release) && release > 0)
    .sort((a, b) => a - b);
}

/** Every schema of every release. */
export function releasedSchemas(): readonly ReleasedSchema[] {
  return releases().flatMap((release) =>
    readdirSync(new URL(`${release}/`, folder))
      .filter((file) => file.endsWith(".avsc"))
      .map((file) => ({
        release,
        file,
        schema: JSON.parse(readFileSync(new URL(`${release}/${file}`, folder), "utf8")) as AvroJson,
      })),
  );
}
