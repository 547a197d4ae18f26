import assert from "node:assert/strict";
import { test } from "node:test";
import { fitOfNames } from "./name-match.ts";

const fits: readonly (readonly [string, string, "same" | "near" | null])[] = [
  ["maria lopez", "Maria López", "same"],
  ["Maria Lopes", "Maria Lopez", "near"],
  ["Mariah Lopez", "Maria Lopez", "near"],
  ["Mairah Lopez", "Maria Lopez", null],
  ["Mraia Lopez", "Maria Lopez", "near"],
  ["anna lena o brien", "Anna-Lena O'Brien", "same"],
  ["Anna-Lena O’Brian", "Anna Lena O'Brien", "near"],
  ["Maria Lopez", "Maria Elena Lopez", "same"],
  ["Maria Elena Lopez", "Maria Lopez", "same"],
  ["Jorg Groß", "Jörg Gross", "same"],
  ["Soren Kjaer", "Søren Kjær", "same"],
  ["Dr. Dana Whitlock", "Dana Whitlock", "same"],
  ["Lopez", "Maria Lopez", null],
  ["Maria", "Maria", null],
  ["Mario Lopes", "Maria Lopez", null],
  ["", "Maria Lopez", null],
];
for (const [heard, known, expected] of fits)
  test(`"${heard}" and "${known}": ${expected ?? "another name"}`, () =>
    assert.equal(fitOfNames(heard, known), expected));
