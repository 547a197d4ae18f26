import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** File name → SHA-256 in hexadecimal. */
export type Checksums = ReadonlyMap<string, string>;

/** Reads a list in the format of `sha256sum`: 64 hexadecimal digits, two spaces, a path. Throws on any other line. */
export function parseChecksums(text: string): Checksums {
  const checksums = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, digest, name] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? [];
    if (digest === undefined || name === undefined)
      throw new Error(`Checksum list, line ${index + 1}: not "<sha256>  <path>"`);
    checksums.set(name, digest);
  }
  return checksums;
}

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The checksums of the files directly in a folder. */
export async function checksumsOfFolder(directory: string): Promise<Checksums> {
  const checksums = new Map<string, string>();
  for (const name of (await readdir(directory)).sort()) checksums.set(name, await sha256OfFile(join(directory, name)));
  return checksums;
}

/**
 * Checks that a folder holds exactly the expected files with exactly the expected contents; otherwise throws an error
 * that names every wrong, missing and unexpected file.
 */
export async function verifyFolder(directory: string, expected: Checksums): Promise<void> {
  const actual = await checksumsOfFolder(directory);
  const faults: string[] = [];
  for (const [name, digest] of expected) {
    const found = actual.get(name);
    if (found === undefined) faults.push(`${name} is missing`);
    else if (found !== digest) faults.push(`${name} has SHA-256 ${found}, expected ${digest}`);
  }
  for (const name of actual.keys()) if (!expected.has(name)) faults.push(`${name} is not in the checksum list`);
  if (faults.length > 0) throw new ChecksumError(faults);
}

/** Fetched files are not the pinned ones. Nothing of them is used. */
export class ChecksumError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Refused: what was fetched is not what is pinned in local/artifacts.sha256.\n  ${faults.join("\n  ")}`);
    this.name = "ChecksumError";
    this.faults = faults;
  }
}
