import { deriveId } from "../../runtime/identity.ts";

/** The effectId that the runtime derives from an effect's key: the stage needs it to tell the answer to its newest question from a late answer to an older one. */
export function effectIdOf(callSid: string, key: string): string {
  return deriveId("interpret", "effect", callSid, key);
}
