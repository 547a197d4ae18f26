import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isExact } from "../language/spoken-constraints.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { readConstraintCases, readJudgements, readProducts } from "./evaluation-files.ts";

describe("files of an evaluation", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-evaluation-files-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const file = async (...rows: readonly unknown[]): Promise<string> => {
    const path = join(folder, "rows.jsonl");
    await writeFile(path, rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join(""));
    return path;
  };

  it("leave out the products that are wrong, and count them", async () => {
    const mug = { id: "a", title: "Mug", price: 4 };
    const { products, leftOut } = await readProducts(
      await file(mug, "not json", { ...mug, id: "b", price: -1 }, mug, { ...mug, id: "c" }),
    );
    assert.deepEqual(
      products.map(({ id }) => id),
      ["a", "c"],
    );
    assert.equal(leftOut, 3);
    await assert.rejects(readProducts(await file("not json")), EvaluationError);
    await assert.rejects(readProducts(join(folder, "none.jsonl")), EvaluationError);
  });

  it("name products and queries by text or by number", async () => {
    const [judgement] = await readJudgements(await file({ qid: 7, id: 12, rel: 2 }));
    assert.deepEqual([judgement?.qid, judgement?.id, judgement?.rel], ["7", "12", 2]);
  });

  it("expect nothing where they say null, and what the line has no word for is never met", async () => {
    const [none, other] = await readConstraintCases(
      await file(
        { text: "a mug", expected: { price_max: null } },
        { id: null, text: "a mug", expected: { weight: 3 } },
      ),
    );
    assert.ok(none !== undefined && other !== undefined);
    assert.deepEqual([none.id, other.id], ["1", "2"]);
    assert.equal(isExact({}, none.expected), true);
    assert.equal(isExact({}, other.expected), false);
  });
});
