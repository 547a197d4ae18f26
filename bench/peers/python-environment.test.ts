import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { findPython } from "./python-environment.ts";

describe("the search for Python", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-python-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** A program that answers as that version of Python would. */
  async function pythonThatSays(name: string, words: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\necho "${words}"\n`);
    await chmod(path, 0o755);
    return path;
  }

  it("takes the first that is new enough", async () => {
    const old = await pythonThatSays("old", "3.9");
    const [right, newer] = [await pythonThatSays("right", "3.11"), await pythonThatSays("newer", "3.14")];
    assert.deepEqual(await findPython([join(folder, "none"), old, right, newer]), { command: right, version: "3.11" });
  });

  it("says what it found when none will do, and how to go on without", async () => {
    const old = await pythonThatSays("old", "3.10");
    const other = await pythonThatSays("other", "what?");
    await assert.rejects(findPython([old, other]), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /needs Python 3\.11 or newer/);
      assert.ok(error.message.includes(`${old} is 3.10, no ${other}`), error.message);
      assert.match(error.message, /--peers ours,echo/);
      return true;
    });
  });
});

describe("the list of packages", () => {
  it("pins every one exactly, with the digests of its files, and holds what the agent asks for", async () => {
    const read = (name: string) => readFile(new URL(`./pipecat/${name}`, import.meta.url), "utf8");
    const [asked, locked] = [await read("requirements.in"), await read("requirements.txt")];
    const entries = locked
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .join("\n")
      .split(/\n(?=\S)/);
    assert.ok(entries.length > 40, `${entries.length} packages`);
    for (const entry of entries)
      assert.match(entry, /^[a-z0-9.-]+==[\w.]+( ; [^\\]+)?( \\\n {4}--hash=sha256:[0-9a-f]{64})+$/);
    for (const line of asked.split("\n").filter((wanted) => wanted !== "")) {
      const pinned = line.replace(/\[.*\]/, "");
      assert.ok(
        entries.some((entry) => entry.startsWith(`${pinned} `)),
        `${pinned} is in the lock`,
      );
    }
    assert.doesNotMatch(locked, /https?:|index-url/, "where packages come from is the machine's business");
  });
});
