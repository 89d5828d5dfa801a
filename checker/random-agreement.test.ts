/**
 * Both engines on random specs that read and change their state in every way that is supported. What
 * was learned is compiled as soon as it can be, where otherwise so small a search compiles next to nothing.
 */
import { expect, test, vi } from "vitest";
import { agreement } from "../toys/agreement.ts";
import { compareRandomSpecs, told } from "../toys/random-specs.ts";
import { protocolTrees } from "../toys/specs/arbitrary-specs.ts";
import { few, nightly } from "../toys/share.ts";

vi.mock("../model/learned/compiled/costs.ts", () => ({
  costOfWalk: 1,
  costOfCall: 1,
  costOfNode: 0,
  costOfModule: 0,
  costOfForm: 1,
  costOfForms: 0,
}));

/** Compares the engines on as many specs, from a seed on; how often they came to what. */
async function compare(
  seed: number,
  specs: number,
  symmetry: boolean,
): Promise<Readonly<Record<string, number>>> {
  const { counts, unexplained } = await compareRandomSpecs({
    specs,
    seed,
    mostUnexplained: 1,
    trees: protocolTrees(symmetry),
    judge: (evaluate) => agreement(evaluate, symmetry),
  });
  expect(unexplained.map(told).join("\n")).toBe("");
  return counts;
}

const specs = few(14, 200);

test("random specs without symmetry: both engines agree", async () => {
  const { violated, vacuous, "at fault": faults } = await compare(0, specs, false);
  expect(violated).toBeGreaterThan(specs / 2);
  expect(vacuous).toBeGreaterThan(specs / 20);
  expect(faults).toBeGreaterThan(specs / 100);
});

const symmetric = few(14, 120);

nightly(() => {
  test("random specs with symmetry: both engines agree", async () => {
    const { violated, "at fault": faults } = await compare(10_000, symmetric, true);
    expect(violated).toBeGreaterThan(symmetric / 2.4);
    expect(faults).toBeGreaterThan(symmetric / 30);
  });
});
