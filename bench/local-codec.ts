import { Codec } from "../runtime/codec.ts";
import { type RecordName, recordFiles } from "../schemas/generated/records.ts";

/** A codec that needs no registry: the schemas of this version, with ids of its own. */
export function localCodec(): Codec {
  const names = Object.keys(recordFiles) as RecordName[];
  const ids = new Map(names.map((name, index) => [name, index + 1]));
  return new Codec(ids, {
    schemaById: (id) => Promise.reject(new Error(`there is no schema ${id} outside of the registry`)),
  });
}
