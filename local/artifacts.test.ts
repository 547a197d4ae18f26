import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type ArtifactPart, fetchArtifacts } from "./artifacts.ts";
import { ChecksumError, parseChecksums } from "./checksums.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("fetched artefacts", () => {
  let cache = "";
  let fetches = 0;
  const pinned = new Map([
    ["broker/one.jar", sha256("first")],
    ["broker/two.jar", sha256("second")],
  ]);

  /** Stands in for Maven: writes the given files for every part asked for. */
  const fetching = (files: Record<string, string>) => async (parts: readonly ArtifactPart[], staging: string) => {
    fetches += 1;
    for (const part of parts) {
      await mkdir(join(staging, part), { recursive: true });
      for (const [name, content] of Object.entries(files)) await writeFile(join(staging, part, name), content);
    }
  };
  const right = fetching({ "one.jar": "first", "two.jar": "second" });
  const fetchBroker = (fetchParts: typeof right) =>
    fetchArtifacts(["broker"], { cache, checksums: pinned, fetchParts });

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "partyline-cache-"));
    fetches = 0;
  });
  afterEach(() => rm(cache, { recursive: true, force: true }));

  test("given the pinned files, they are published and not fetched again", async () => {
    const [folder = ""] = await fetchBroker(right);
    assert.equal(await readFile(join(folder, "two.jar"), "utf8"), "second");
    assert.deepEqual(await fetchBroker(right), [folder]);
    assert.equal(fetches, 1);
  });

  test("given a file with another content, it is refused by name and nothing is published", async () => {
    const start = fetchBroker(fetching({ "one.jar": "first", "two.jar": "tampered" }));
    await assert.rejects(start, (error: Error) => {
      assert.ok(error instanceof ChecksumError);
      assert.deepEqual(error.faults, [`two.jar has SHA-256 ${sha256("tampered")}, expected ${sha256("second")}`]);
      return true;
    });
    assert.deepEqual(await readdir(cache), []);
  });

  test("given a missing and an unexpected file, both are named", async () => {
    const start = fetchBroker(fetching({ "one.jar": "first", "three.jar": "third" }));
    await assert.rejects(start, (error: ChecksumError) => {
      assert.deepEqual(error.faults, ["two.jar is missing", "three.jar is not in the checksum list"]);
      return true;
    });
  });

  test("given a cached file that was cut short, it is fetched again", async () => {
    const [folder = ""] = await fetchBroker(right);
    await truncate(join(folder, "one.jar"), 2);
    await fetchBroker(right);
    assert.equal(await readFile(join(folder, "one.jar"), "utf8"), "first");
    assert.equal(fetches, 2);
  });

  test("given a changed list, an older folder is not taken for the new one", async () => {
    const [older] = await fetchBroker(right);
    const changed = new Map([...pinned, ["broker/two.jar", sha256("newer")]] as [string, string][]);
    const fetchParts = fetching({ "one.jar": "first", "two.jar": "newer" });
    const [newer] = await fetchArtifacts(["broker"], { cache, checksums: changed, fetchParts });
    assert.notEqual(newer, older);
    assert.equal(fetches, 2);
  });

  test("given two at once, one fetches and both get the folder", async () => {
    const [one, two] = await Promise.all([fetchBroker(right), fetchBroker(right)]);
    assert.deepEqual(one, two);
    assert.equal(fetches, 1);
  });

  test("given the lock of a process that died, it is broken", async () => {
    const dead = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    await writeFile(join(cache, "fetch.lock"), `${dead}\n`);
    await fetchBroker(right);
    assert.deepEqual(
      (await readdir(cache)).filter((name) => name.endsWith(".lock")),
      [],
    );
  });
});

test("the checksum list of the project names files of every part, and no file twice", async () => {
  const text = await readFile(join(import.meta.dirname, "artifacts.sha256"), "utf8");
  const checksums = parseChecksums(text);
  const parts = new Set([...checksums.keys()].map((name) => name.split("/")[0]));
  assert.deepEqual([...parts], ["broker", "registry", "redis", "embedding-model"]);
  assert.equal(checksums.size, text.split("\n").filter((line) => /^[0-9a-f]/.test(line)).length);
});

test("a checksum list with a line that is none is refused with its number", () => {
  assert.throws(() => parseChecksums(`${"0".repeat(64)}  a.jar\n0123  b.jar\n`), /line 2/);
});
