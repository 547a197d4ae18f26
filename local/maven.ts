import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { containerImages } from "./container-images.ts";
import type { Engine } from "./engine.ts";
import { runProgram } from "./run-program.ts";

export interface MavenFetch {
  /** Ids of executions in pom.xml. */
  readonly parts: readonly string[];
  /** Each part's files come into a folder of its name in here. */
  readonly staging: string;
  readonly engine: Engine;
  readonly onProgress: (line: string) => void;
}

const timeoutMs = 15 * 60_000;

/** Fetches pinned artefacts with the machine's Maven, or with Maven in a container where Docker is the engine. */
export async function fetchWithMaven(fetch: MavenFetch): Promise<void> {
  await mkdir(fetch.staging, { recursive: true });
  const goals = fetch.parts.map((part) => `dependency:${part === "broker" ? "copy-dependencies" : "copy"}@${part}`);
  const common = ["-B", ...goals];
  const onLine = (line: string) => {
    // One line per file that really comes over the network; poms and Maven's own plugins are small and many.
    const [, file, size] = /^(?:\[INFO\] )?Downloaded from \S+: \S*\/([^/\s]+) \((\S+ [kMG]B)/.exec(line) ?? [];
    if (file !== undefined && !file.endsWith(".pom")) fetch.onProgress(`  ${file} (${size})`);
  };
  if (fetch.engine === "java") {
    const args = ["-f", join(import.meta.dirname, "pom.xml"), `-Dstaging=${fetch.staging}`, ...common];
    await runProgram("mvn", args, { timeoutMs, onLine });
    return;
  }
  const mounts = ["-v", `${import.meta.dirname}:/pom:ro`, "-v", `${fetch.staging}:/staging`];
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const maven = ["mvn", "-f", "/pom/pom.xml", "-Dstaging=/staging", "-Dmaven.repo.local=/tmp/m2", ...common];
  const args = ["run", "--rm", "--user", user, "-e", "HOME=/tmp", ...mounts, containerImages.maven, ...maven];
  await runProgram("docker", args, { timeoutMs, onLine });
}
