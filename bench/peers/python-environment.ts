/** The Python environment that Pipecat runs in: made once from pinned, hashed packages, and kept in the cache folder. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "../../local/cached-folder.ts";
import { runProgram } from "../../local/run-program.ts";

const run = promisify(execFile);
const requirementsFile = join(import.meta.dirname, "pipecat", "requirements.txt");
const oldest: readonly [number, number] = [3, 11];
const lookTimeoutMs = 10_000;
const venvTimeoutMs = 120_000;
const installTimeoutMs = 10 * 60_000;

/** A Python that can be used, and its version, such as `3.11`. */
export type Python = { readonly command: string; readonly version: string };

/** The first of the commands that is a Python of at least 3.11. Throws an error that says what was found instead. */
export async function findPython(commands: readonly string[] = ["python3", "python"]): Promise<Python> {
  const found: string[] = [];
  for (const command of commands) {
    const version = await versionOf(command);
    if (version === undefined) found.push(`no ${command}`);
    else if (isNewEnough(version)) return { command, version };
    else found.push(`${command} is ${version}`);
  }
  throw new Error(
    `Pipecat needs Python ${oldest.join(".")} or newer (${found.join(", ")}). Install it, or leave the peer out: --peers ours,echo`,
  );
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const print = "import sys; print('%d.%d' % sys.version_info[:2])";
    const { stdout } = await run(command, ["-c", print], { timeout: lookTimeoutMs });
    return /^\d+\.\d+$/.test(stdout.trim()) ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/**
 * Resolves with the environment's `python`. Another version of Python or another list of packages makes another environment. Throws when there is no Python,
 * or when its package index does not give the pinned files.
 */
export async function preparePipecat(progress: (line: string) => void): Promise<string> {
  const { command, version } = await findPython();
  const requirements = await readFile(requirementsFile, "utf8");
  const key = createHash("sha256").update(requirements).digest("hex").slice(0, 12);
  const folder = await cachedFolder(
    { name: `pipecat-python${version}-${process.platform}-${process.arch}-${key}` },
    (staging) => install(command, staging, progress),
  );
  return join(folder, "bin", "python");
}

async function install(command: string, folder: string, progress: (line: string) => void): Promise<void> {
  progress("installing Pipecat and what it needs, about 500 MB (once; kept in the cache folder)");
  await runProgram(command, ["-m", "venv", folder], { timeoutMs: venvTimeoutMs });
  const python = join(folder, "bin", "python");
  const quiet = ["--no-input", "--progress-bar=off", "--disable-pip-version-check"];
  // Without a network it must be known soon that there is none.
  const options = [...quiet, "--require-hashes", "--retries=2", "--timeout=30"];
  await runProgram(python, ["-m", "pip", "install", ...options, "-r", requirementsFile], {
    timeoutMs: installTimeoutMs,
    onLine(line) {
      // One line for each large file; small ones are many.
      const [, file, size] = /^\s*(?:Downloading|Using cached) (?:\S*\/)?(\S+) \((\S+ MB)\)/.exec(line) ?? [];
      if (file !== undefined) progress(`  ${file} (${size})`);
    },
  });
  await runProgram(python, ["-c", "import pipecat, uvicorn, uvloop, httptools"], { timeoutMs: venvTimeoutMs });
}
