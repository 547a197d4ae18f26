/** The error codes are one table: the code, the document and what is thrown agree. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { errorCodes } from "../runtime/errors.ts";
import { sources } from "./support/import-graph.ts";
import { isTestCode } from "./support/import-walls.ts";

const codes = Object.keys(errorCodes);

describe("error codes", () => {
  let product: readonly (readonly [path: string, text: string])[];
  before(async () => {
    product = [...(await sources())].filter(([path]) => !isTestCode(path) && !path.startsWith("simulators/"));
  });

  it("are listed in docs/errors.md, exactly", () => {
    const rows = [...readFileSync("docs/errors.md", "utf8").matchAll(/^\| `([A-Z_]+)`\s*\| (\S.*?)\s*\|$/gm)];
    assert.deepEqual(
      rows.map(([, code, meaning]) => [code, meaning]),
      Object.entries(errorCodes),
    );
  });

  it("are each used somewhere", () => {
    const unused = codes.filter(
      (code) => !product.some(([path, text]) => path !== "runtime/errors.ts" && text.includes(`"${code}"`)),
    );
    assert.deepEqual(unused, []);
  });
});
