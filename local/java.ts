import { createHash } from "node:crypto";
import { mkdir, realpath, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cachedFolder } from "./cached-folder.ts";
import { type ChildOptions, startChild } from "./child-process.ts";

/**
 * Measured with the pinned broker on two cores: 1.9 s to listening with these flags, 1.1 s with the archive as well.
 * One compiler tier and the serial collector cost throughput that a single machine's calls never need.
 */
const flags = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"];
const stopGraceMs = 30_000;

/** A Java program that is started often. */
export interface JavaProgram {
  readonly name: string;
  /** The arguments of `java` after its flags: class path and main class, or a JAR. */
  readonly command: readonly string[];
  /** Says everything that its classes depend on; the name of its folder in the cache. */
  readonly version: string;
}

/** The `java` that would be run: of `$JAVA_HOME`, else the first on the PATH. Throws when there is none. */
export async function findJava(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const folders = environment.JAVA_HOME
    ? [join(environment.JAVA_HOME, "bin")]
    : (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    const path = await realpath(join(folder, "java")).catch(() => undefined);
    if (path !== undefined) return path;
  }
  throw new Error("No Java found: install Java 17 or newer, or start a Docker engine.");
}

/**
 * Flags with which a program starts fast. The first time, it is run once by `trial` (which says how to start the
 * program with the flags and in the empty folder that it is given) to record its classes in an archive (JEP 350). The
 * archive belongs to one JVM and one version of the program; a JVM that does not accept it goes on without.
 */
export async function fastStartFlags(
  program: JavaProgram,
  cache: string | undefined,
  trial: (flags: readonly string[], directory: string) => Promise<ChildOptions>,
): Promise<readonly string[]> {
  const java = await findJava();
  const about = await stat(java);
  const jvm = createHash("sha256").update(`${java} ${about.size} ${about.mtimeMs}`).digest("hex").slice(0, 8);
  const name = `${program.version}-classes-${jvm}`;
  const folder = await cachedFolder({ name, ...(cache === undefined ? {} : { cache }) }, async (staging) => {
    const archive = join(staging, "classes.jsa");
    const directory = join(staging, "trial");
    await mkdir(directory);
    const child = await startChild(await trial([...flags, `-XX:ArchiveClassesAtExit=${archive}`], directory));
    await child.stop(stopGraceMs);
    await rm(directory, { recursive: true });
  });
  return [...flags, `-XX:SharedArchiveFile=${join(folder, "classes.jsa")}`];
}
