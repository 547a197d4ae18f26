import { readFileSync } from "node:fs";

/**
 * Whether a process with this number runs, whoever owns it. One that ended and whose number waits for its parent to
 * take note (a zombie) does not; seen on Linux only, elsewhere it counts as running for that moment.
 */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    // proc(5): "pid (name) state ..."; the name may itself hold parentheses.
    const status = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/[ZX]/.test(status.charAt(status.lastIndexOf(")") + 2));
  } catch {
    return process.platform !== "linux";
  }
}
