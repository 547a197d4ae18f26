import { Codec } from "../../runtime/codec.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { type RecordName, recordFiles } from "../../schemas/generated/records.ts";

let codec: Codec | undefined;

/** The codec of two processes that share their schemas and need no registry: ids are places in the list of records. */
export function pipeCodec(): Codec {
  const names = Object.keys(recordFiles).sort() as RecordName[];
  codec ??= new Codec(new Map(names.map((name, index) => [name, index + 1])), {
    schemaById: async (id) => {
      throw new PartylineError("SCHEMA_UNKNOWN", `no schema ${id}`);
    },
  });
  return codec;
}
