import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCatalogueRows } from "./any-catalogue.ts";
import { csvLine, readCsv } from "./csv.ts";

describe("rows of a catalogue", () => {
  it("are read where they are right, and told by line where they are not", () => {
    const { lines, faults } = readCatalogueRows(
      [
        '{"id":"a","title":"Lamp","price":10}',
        "",
        "not json",
        '{"id":"b","title":"","price":-1}',
        '{"id":"a","title":"Lamp","price":10}',
        '{"id":"c; DROP TABLE","title":"Lamp","price":10}',
        '{"id":"d","title":"Mug","price":4.5,"rating":4.5,"reviewCount":3}',
      ].join("\n"),
      "jsonl",
    );
    assert.deepEqual(
      lines.map(({ line, value }) => [line, value.id, value.priceMinor, value.rating]),
      [
        [1, "a", 1000, 0],
        [7, "d", 450, 4.5],
      ],
    );
    assert.deepEqual(
      faults.map(({ line }) => line),
      [3, 4, 5, 6],
    );
    assert.match(faults[1]?.fault ?? "", /title.*price/);
    assert.match(faults[2]?.fault ?? "", /line 1/);
  });

  it("may be those of a table, with attributes in columns or as JSON", () => {
    const source = [
      "id,title,price,stock,attribute.colour,attributes,aliases",
      'a,"Desk lamp, ""bright""",39.9,3,brass,"{""watts"":60}",lamp|light',
      "b,Mug,five,1,,,",
      "c,Mug,5",
      "d,Mug,5,1,,not json,",
    ].join("\r\n");
    const { lines, faults } = readCatalogueRows(source, "csv");
    assert.deepEqual(
      lines.map(({ value }) => [value.title, value.priceMinor, value.attributes, value.aliases]),
      [['Desk lamp, "bright"', 3990, { colour: "brass", watts: 60 }, ["lamp", "light"]]],
    );
    assert.deepEqual(
      faults.map(({ line }) => line),
      [3, 4, 5],
    );
  });

  it("say within how many days a product is sent that is out of stock, or nothing", () => {
    const days = (source: string, format: "jsonl" | "csv") =>
      readCatalogueRows(source, format).lines.map(({ value }) => value.backorderDays);
    assert.deepEqual(days("id,title,price,stock,backorderDays\na,Mug,5,0,14\nb,Pan,9,0,", "csv"), [14, undefined]);
    assert.deepEqual(days('{"id":"a","title":"Mug","price":5,"stock":0,"backorderDays":14}', "jsonl"), [14]);
    for (const wrong of ["0", "-1", "1.5", "soon", "400"])
      assert.equal(readCatalogueRows(`id,title,price,backorderDays\na,Mug,5,${wrong}`, "csv").faults.length, 1, wrong);
  });

  it("of a table need names of columns", () => {
    assert.equal(readCatalogueRows("Lamp,5\nMug,6", "csv").faults[0]?.line, 1);
    assert.equal(readCatalogueRows("", "csv").faults.length, 1);
  });
});

describe("a CSV", () => {
  it("is read as it was written, whatever the fields hold", () => {
    const fields = ["plain", 'a "quote"', "a,comma", "two\nlines", "", " spaces "];
    const [record] = readCsv(csvLine(fields));
    assert.deepEqual(record?.fields, fields);
  });

  it("has its records at the lines that they begin in", () => {
    const records = readCsv('a,"1\n2"\n\nb,c\n');
    assert.deepEqual(
      records.map(({ line, fields }) => [line, fields?.[0]]),
      [
        [1, "a"],
        [4, "b"],
      ],
    );
  });

  it("with a quote that is never closed has a record that cannot be read", () => {
    assert.deepEqual(readCsv('a,b\nc,"d\ne,f'), [
      { line: 1, fields: ["a", "b"] },
      { line: 2, fields: null },
    ]);
  });
});
