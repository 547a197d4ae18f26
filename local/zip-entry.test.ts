import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { readZipEntry, zipEntryNames } from "./zip-entry.ts";

/** Writes an archive as APPNOTE describes it: local headers with contents, central directory, end record. */
function zip(files: readonly { name: string; content: string; method: 0 | 8 }[], comment = ""): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, method } of files) {
    const plain = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(plain) : plain;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, offset, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...parts, ...directory, Buffer.from("PK\x05\x06"), end, Buffer.from(comment)]);
}

describe("a ZIP entry", () => {
  const archive = zip(
    [
      { name: "stored.txt", content: "as it is", method: 0 },
      { name: "folder/deflated.txt", content: "again and again ".repeat(100), method: 8 },
    ],
    "a comment",
  );

  test("the names of all entries are known", () => {
    assert.deepEqual(zipEntryNames(archive), ["stored.txt", "folder/deflated.txt"]);
    assert.throws(() => zipEntryNames(Buffer.from("no archive at all, but long enough")), /Not a ZIP archive/);
  });

  test("given a stored and a deflated entry, both are read", () => {
    assert.equal(readZipEntry(archive, "stored.txt").toString(), "as it is");
    assert.equal(readZipEntry(archive, "folder/deflated.txt").toString(), "again and again ".repeat(100));
  });

  test("given a name that is not in the archive, it is named in the error", () => {
    assert.throws(() => readZipEntry(archive, "deflated.txt"), /No deflated\.txt in the archive/);
  });

  test("given a changed content, it is refused", () => {
    const damaged = Buffer.from(archive);
    damaged[damaged.indexOf("as it is")] = 0x41;
    assert.throws(() => readZipEntry(damaged, "stored.txt"), /stored\.txt is damaged/);
  });

  test("given an archive that was cut short, it is refused", () => {
    assert.throws(() => readZipEntry(archive.subarray(0, 60), "stored.txt"), /Not a ZIP archive/);
  });
});
