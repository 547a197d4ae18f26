/** CPU and memory of other processes, from /proc; null on systems that have none. */
import { readdirSync, readFileSync } from "node:fs";

export type ProcessUsage = {
  /** In user and system mode since it started, in seconds. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Files, sockets and pipes; of processes that may be looked into. */
  readonly openDescriptors: number;
};

/** The kernel's clock ticks in a second; fixed for user space. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** A process group as a whole: a server of the local stack with what it started. Processes that ended in between are not counted any more. */
export function groupUsage(group: number | undefined): ProcessUsage | null {
  if (group === undefined || process.platform !== "linux") return null;
  let [cpuSeconds, residentBytes, openDescriptors] = [0, 0, 0];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(entry);
    if (stat === null || stat.group !== group) continue;
    cpuSeconds += stat.cpuSeconds;
    residentBytes += stat.residentBytes;
    openDescriptors += descriptorsOf(entry);
  }
  return { cpuSeconds, residentBytes, openDescriptors };
}

function descriptorsOf(pid: string): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** The name, in brackets, may hold spaces and brackets itself; what follows the last one is numbers. */
function readStat(pid: string): (Omit<ProcessUsage, "openDescriptors"> & { readonly group: number }) | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    group: field(5),
    cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    residentBytes: field(24) * PAGE_BYTES,
  };
}

/** CPU seconds between two moments; null where they are not known. */
export function cpuBetween(
  from: Pick<ProcessUsage, "cpuSeconds"> | null,
  to: Pick<ProcessUsage, "cpuSeconds"> | null,
): number | null {
  return from === null || to === null ? null : to.cpuSeconds - from.cpuSeconds;
}
