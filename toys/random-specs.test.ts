import { expect, test, vi } from "vitest";
import { few } from "./share.ts";
import { compareRandomSpecs, told } from "./random-specs.ts";
import { assertingTrees, specTrees } from "./specs/arbitrary-specs.ts";

// So small a search would compile next to nothing; half of the specs are compiled as soon as they can be.
const costs = vi.hoisted(() => ({ areReal: true }));
vi.mock("../model/learned/compiled/costs.ts", () => ({
  get costOfWalk() {
    return costs.areReal ? 0.15 : 1;
  },
  get costOfCall() {
    return 1;
  },
  get costOfNode() {
    return costs.areReal ? 8 : 0;
  },
  get costOfModule() {
    return costs.areReal ? 1500 : 0;
  },
  get costOfForm() {
    return 4;
  },
  get costOfForms() {
    return costs.areReal ? 32_000 : 0;
  },
}));

const specs = Number(process.env["HINTPROOF_SPECS"] ?? few(6, 20));
const timeout = 3_600_000 + specs * 1_000;

test.each([
  ["", "when it pays", true, 20_190_401, specTrees],
  ["", "at once", false, 20_190_402, specTrees],
  [" that assert", "at once", false, 20_190_403, assertingTrees],
])(
  "random specs%s, compiled %s: both engines say what is true by definition, with symmetry and without",
  { timeout },
  async (_what, _when, areReal, seed, trees) => {
    costs.areReal = areReal;
    const { counts, unexplained } = await compareRandomSpecs({
      specs,
      seed,
      trees,
      mostUnexplained: 1,
    });
    expect(unexplained.map(told).join("\n")).toBe("");
    const kinds = ["holds", "violated", "vacuous", "at fault"];
    const compared = kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
    expect(compared).toBe(specs);
  },
);
