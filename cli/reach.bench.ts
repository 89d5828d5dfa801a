import { deepStrictEqual } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bench, describe } from "vitest";
import { check, type Verdict } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import { linuxFreePageReporting } from "../spec/protocols/linux-free-page-reporting.ts";
import { pageRing } from "../spec/protocols/page-ring.ts";
import { twoPhaseCommit } from "../spec/protocols/two-phase-commit.ts";

/** How far the reference engine reaches. The counts are asserted before a time is worth anything. */
function expectFigures(
  { kind, statistics }: Verdict,
  expected: Partial<Verdict["statistics"]>,
): void {
  if (kind !== "holds") throw new Error(`The verdict is ${kind}.`);
  deepStrictEqual(statistics, { ...statistics, ...expected });
}

const once = { iterations: 3, warmupIterations: 0, time: 0, warmupTime: 0 };

describe("two-phase commit, 6 managers, without symmetry: 50,816 states (must: 30 s)", () => {
  bench(
    "whole search",
    () => {
      const model = instantiate(twoPhaseCommit, { constants: { managers: 6 }, symmetry: false });
      expectFigures(check(model), { distinctStates: 50_816, generatedStates: 402_306, depth: 20 });
    },
    once,
  );
});

describe("page ring, 7 pages, without symmetry: 133,533 states", () => {
  bench(
    "whole search",
    () => {
      const model = instantiate(pageRing, { constants: { pages: 7 }, symmetry: false });
      expectFigures(check(model), { distinctStates: 133_533, transitions: 934_384 });
    },
    once,
  );
});

describe("linux-free-page-reporting as shipped: 114,961 orbits (must: 60 s, 10,000 orbits)", () => {
  bench(
    "whole search",
    () => {
      expectFigures(check(instantiate(linuxFreePageReporting)), {
        orbits: 114_961,
        generatedStates: 354_023,
        unreducedStates: 10_216_704n,
        depth: 125,
      });
    },
    { ...once, iterations: 1 },
  );
});

describe("hintproof --help, process start included (must: 0.3 s)", () => {
  bench(
    "whole search",
    () => {
      const command = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
      const { status } = spawnSync(process.execPath, [command, "--help"]);
      if (status !== 0) throw new Error("--help failed; is dist/ built?");
    },
    { ...once, iterations: 10 },
  );
});
