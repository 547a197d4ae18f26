import { crc32, inflateRawSync } from "node:zlib";

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const endOfDirectoryBytes = 22;
const largestCommentBytes = 0xffff;

/**
 * Takes one file out of a ZIP or JAR archive held in memory (PKWARE APPNOTE 6.3: end record §4.3.16, central directory
 * §4.3.12, local header §4.3.7; stored and deflated entries). Throws when there is no such entry or it is damaged.
 */
export function readZipEntry(archive: Buffer, name: string): Buffer {
  const end = findEndRecord(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error("Damaged archive: central directory");
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.toString("utf8", at + 46, at + 46 + nameLength) === name) return readContent(archive, at, name);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`No ${name} in the archive`);
}

/** The names of all entries, in the archive's order; folders end in "/". Throws when the directory is damaged. */
export function zipEntryNames(archive: Buffer): string[] {
  const end = findEndRecord(archive);
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = archive.readUInt16LE(end + 10); index > 0; index -= 1) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error("Damaged archive: central directory");
    const nameLength = archive.readUInt16LE(at + 28);
    names.push(archive.toString("utf8", at + 46, at + 46 + nameLength));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return names;
}

function findEndRecord(archive: Buffer): number {
  const first = Math.max(0, archive.length - endOfDirectoryBytes - largestCommentBytes);
  for (let at = archive.length - endOfDirectoryBytes; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) === endOfDirectory) return at;
  }
  throw new Error("Not a ZIP archive");
}

function readContent(archive: Buffer, entry: number, name: string): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + archive.readUInt32LE(entry + 20));
  const size = archive.readUInt32LE(entry + 24);
  if (method !== 0 && method !== 8) throw new Error(`${name}: compression method ${method} is not supported`);
  const content = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  if (content.length !== size || crc32(content) !== archive.readUInt32LE(entry + 16))
    throw new Error(`${name} is damaged`);
  return content;
}
