import { outputOf, type ProgramUser } from "./run-program.ts";

/** The user `nobody` when this process is root's, for programs that refuse to run as root; else undefined: they run as whoever this is. */
export async function unprivilegedUser(): Promise<ProgramUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([outputOf("id", ["-u", "nobody"]), outputOf("id", ["-g", "nobody"])]);
  return { uid: Number(uid), gid: Number(gid) };
}
