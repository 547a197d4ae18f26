import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** Environment variable that marks every process that a test run starts. */
export const RUN_MARK = "PARTYLINE_TEST_RUN";

export type Leftover = { readonly pid: number; readonly command: string };

/**
 * Processes that carry the run's mark and are still there after `patienceMs`. Reads /proc, so it finds nothing where there is none (macOS).
 */
export async function leftoversOf(run: string, patienceMs = 6_000): Promise<readonly Leftover[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await marked(run);
    if (found.length === 0 || performance.now() > deadline) return found;
    await delay(200);
  }
}

async function marked(run: string): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  const names = await readdir("/proc").catch(() => []);
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const environment = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    if (!environment.split("\0").includes(`${RUN_MARK}=${run}`)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    found.push({ pid: Number(name), command: command.replaceAll("\0", " ").trim().slice(0, 200) });
  }
  return found;
}
