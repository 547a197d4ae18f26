import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { turnSilenceMs, violationsOf } from "../../cli/query-calls.ts";
import { playQueries, readCatalogue, readQueries } from "../../cli/query-run.ts";
import { playAndCheck } from "../../cli/simulated-line.ts";
import { SystemFixture } from "../support/system-fixture.ts";

const fileOf = (name: string): string => fileURLToPath(new URL(`../../shop/${name}`, import.meta.url));
/** The whole list takes minutes; every kind of question is among these. */
const asked = 12;

describe("what is wrong with what a caller hears", () => {
  const under50 = { priceMaxMinor: 5000 };

  it("is an offer beyond the price, unless it was called the nearest", () => {
    const offer = "First, the desk lamp, for $59.00.";
    assert.equal(
      violationsOf(["Here are the best two.", offer, "Second, the clip lamp, for $50.00."], under50).length,
      1,
    );
    assert.deepEqual(violationsOf(["I have nothing under $50.", "These come closest.", offer], under50), []);
    assert.equal(violationsOf(["I found one.", "The best match is the lamp, for $1,059.00."], under50).length, 1);
    assert.equal(violationsOf([offer], { priceMinMinor: 6000 }).length, 1);
    assert.deepEqual(violationsOf([offer], {}), []);
  });

  it("is an answer without any offer", () => {
    assert.equal(violationsOf(["Sorry, I didn't catch that."], {}).length, 1);
    assert.equal(violationsOf([], under50).length, 1);
    assert.deepEqual(violationsOf(["I'm sorry, I found nothing like that."], {}), []);
  });
});

describe("a list of spoken queries", () => {
  let fixture: SystemFixture;
  before(
    async () => {
      fixture = await SystemFixture.open({ environment: { PARTYLINE_INTERPRET_REASONER: "local" }, scenarios: [] });
    },
    { timeout: 180_000 },
  );
  after(() => fixture?.close());

  it("is spoken through the line, and every offer that is heard keeps to its price", { timeout: 400_000 }, async () => {
    const list = await readQueries(fileOf("spoken-queries.jsonl"));
    const limited = list.filter(({ limits }) => Object.keys(limits).length > 0).slice(0, asked / 2);
    const others = list.filter(({ limits }) => Object.keys(limits).length === 0).slice(0, asked / 2);
    const failures: string[] = [];
    const queries = await playQueries([...limited, ...others], 3, async (scenario) => {
      const { result } = await playAndCheck(scenario, fixture.line, { patience: 4, turnSilenceMs });
      failures.push(...result.failures);
      return result;
    });
    assert.deepEqual(failures, []);
    assert.equal(queries.length, asked);
    assert.deepEqual(
      queries.filter(({ violations }) => violations.length > 0),
      [],
    );
  });
});

describe("a catalogue of another shop", () => {
  it("is read in either format", async () => {
    const products = await readCatalogue(fileOf("catalogue.jsonl"));
    assert.ok(products.length >= 400);
  });
});
