import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { withFileCache } from "./file-cache.ts";
import type { Embeddings } from "./port.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partyline-vectors-"));
});
after(() => rm(folder, { recursive: true, force: true }));

function counting(model = "two") {
  const asked: string[] = [];
  const embeddings: Embeddings = {
    model,
    dimensions: 2,
    async embed(texts, kind) {
      asked.push(...texts.map((passage) => `${kind} ${passage}`));
      return texts.map((passage) => Float32Array.of(passage.length, 0.1));
    },
  };
  return { embeddings, asked };
}

test("what was embedded before is read from the file, to the bit, and the rest is embedded", async () => {
  const path = join(folder, "new", "vectors.json");
  const first = await withFileCache(counting().embeddings, path);
  const [one] = await first.embed(["one"], "document");
  await first.save();
  const later = counting();
  const second = await withFileCache(later.embeddings, path);
  assert.deepEqual(await second.embed(["three", "one"], "document"), [Float32Array.of(5, 0.1), one]);
  assert.deepEqual(later.asked, ["document three"]);
});

test("a query, and another model, have vectors of their own", async () => {
  const path = join(folder, "kinds.json");
  const first = await withFileCache(counting().embeddings, path);
  await first.embed(["one"], "document");
  await first.save();
  const query = counting();
  await (await withFileCache(query.embeddings, path)).embed(["one"], "query");
  const other = counting("other");
  await (await withFileCache(other.embeddings, path)).embed(["one"], "document");
  assert.deepEqual([query.asked, other.asked], [["query one"], ["document one"]]);
});

test("a damaged file is as good as none", async () => {
  const path = join(folder, "damaged.json");
  await writeFile(path, '{"half');
  const { embeddings, asked } = counting();
  const cached = await withFileCache(embeddings, path);
  assert.deepEqual(await cached.embed(["one"], "document"), [Float32Array.of(3, 0.1)]);
  assert.deepEqual(asked, ["document one"]);
});
