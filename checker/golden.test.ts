/** Counts that are known independently of this engine: closed forms, and models counted by TLC. */
import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import type { Spec } from "../spec/index.ts";
import { engines } from "../toys/compared.ts";
import { check as checkWith, type CheckOptions, type Verdict } from "./index.ts";
import {
  buddyTrees,
  dieHard,
  freeCells,
  hanoi,
  peterson,
  philosophers,
  slidingTiles,
  undirectedGraph,
} from "../toys/small-specs.ts";
import { few, nightly, oneIn } from "../toys/share.ts";

describe.each(engines)("the %s engine", (engine) => {
  const check = (model: Model, options: CheckOptions = {}): Verdict =>
    checkWith(model, { engine, ...options });

  /** Long enough on a busy machine; the slowest of these takes a few seconds on a quiet one. */

  describe("closed forms, unreduced", () => {
    const tables = [
      { count: 2, distinctStates: 6, generatedStates: 9 },
      { count: 3, distinctStates: 14, generatedStates: 28 },
      { count: 4, distinctStates: 34, generatedStates: 89 },
      { count: 5, distinctStates: 82, generatedStates: 266 },
      { count: 6, distinctStates: 198, generatedStates: 769 },
      { count: 7, distinctStates: 478, generatedStates: 2_164 },
      { count: 8, distinctStates: 1_154, generatedStates: 5_969 },
    ];
    test.each(oneIn(3, tables))(
      "$count philosophers: one deadlock, when all hold a fork",
      ({ count, ...counts }) => {
        expectUnreduced(philosophers(count, { mayStarve: true }), { ...counts, depth: count + 1 });
        expectViolated(philosophers(count, { mayStarve: false }), "deadlockFreedom", count);
      },
    );

    test.each(oneIn(3, [1, 2, 3, 4, 5, 6]))(
      "towers of Hanoi, %i discs: 3^n states, depth 2^n",
      (discs) => {
        expectUnreduced(hanoi(discs), {
          distinctStates: 3 ** discs,
          generatedStates: 3 ** (discs + 1) - 2,
          depth: 2 ** discs,
        });
      },
    );

    test.each([
      { width: 2, height: 2, distinctStates: 12, generatedStates: 25, depth: 7 },
      { width: 3, height: 2, distinctStates: 360, generatedStates: 841, depth: 22 },
      { width: 4, height: 2, distinctStates: 20_160, generatedStates: 50_401, depth: 37 },
    ])(
      "sliding tiles, $width x $height: half of all arrangements",
      ({ width, height, ...counts }) => {
        expectUnreduced(slidingTiles(width, height), counts);
      },
    );

    test("Die Hard: 16 states, and four gallons are measured in six steps", () => {
      const counts = { distinctStates: 16, generatedStates: 97, depth: 8 };
      expectUnreduced(dieHard({ claimsImpossible: false }), counts);
      expectViolated(dieHard({ claimsImpossible: true }), "fourGallonsAreOutOfReach", 6);
    });

    test("Peterson's mutual exclusion: 42 states", () => {
      expectUnreduced(peterson(), { distinctStates: 42, generatedStates: 77, depth: 11 });
    });
  });

  describe("orbits, and the unreduced count that follows from their sizes", () => {
    const cells = [1, 2, 3, 4, 5, 6];
    const values = [2, 3, 4];
    test.each(
      oneIn(
        3,
        cells.flatMap((n) => values.map((k) => [n, k] as const)),
      ),
    )("%i free cells with %i values: multisets", (n, k) => {
      const spec = freeCells(n, k);
      const depth = n * (k - 1) + 1;
      const raises = n * (k - 1) * k ** (n - 1);

      expectUnreduced(spec, { distinctStates: k ** n, generatedStates: 1 + raises, depth });
      expectReduced(spec, { orbits: choose(n + k - 1, k - 1), unreducedStates: k ** n, depth });
    });

    // Half a tree of f orbits and its like make f(f + 1)/2. (Sixteen cells of three values have 26,796
    // orbits of 43,046,721 states, which takes the reference engine most of a minute.)
    test.each([
      { cells: 1, values: 3, orbits: 3, generatedStates: 3 },
      { cells: 2, values: 3, orbits: 6, generatedStates: 13 },
      { cells: 4, values: 3, orbits: 21, generatedStates: 217 },
      { cells: 8, values: 3, orbits: 231, generatedStates: 34_993 },
    ])("buddy tree, $cells cells of 3 values: $orbits orbits", ({ cells, values, ...counts }) => {
      const spec = buddyTrees(Math.log2(cells), values);
      const { orbits, generatedStates } = counts;
      const states = values ** cells;
      const depth = cells * (values - 1) + 1;

      expectUnreduced(spec, { distinctStates: states, generatedStates, depth });
      expectReduced(spec, { orbits, unreducedStates: states, depth });
    });

    test("buddy tree, 16 cells of 2 values: 231 orbits of 65,536 states", () => {
      expectReduced(buddyTrees(4, 2), { orbits: 231, unreducedStates: 65_536, depth: 17 });
    });

    test.each(
      oneIn(3, [
        { trees: 2, levels: 1, values: 3, orbitsOfOne: 6 },
        { trees: 3, levels: 1, values: 3, orbitsOfOne: 6 },
        { trees: 2, levels: 2, values: 2, orbitsOfOne: 6 },
        { trees: 3, levels: 2, values: 2, orbitsOfOne: 6 },
        { trees: 4, levels: 1, values: 2, orbitsOfOne: 3 },
      ]),
    )("$trees buddy trees of $levels levels: multisets of trees", ({ orbitsOfOne, ...shape }) => {
      const cells = shape.trees * 2 ** shape.levels;

      expectReduced(buddyTrees(shape.levels, shape.values, shape.trees), {
        orbits: choose(orbitsOfOne + shape.trees - 1, shape.trees),
        unreducedStates: shape.values ** cells,
        depth: cells * (shape.values - 1) + 1,
      });
    });

    // Sorting each node by its own neighbours is not enough here: a subset refers to other nodes.
    test.each([
      { nodes: 1, orbits: 1 },
      { nodes: 2, orbits: 2 },
      { nodes: 3, orbits: 4 },
      { nodes: 4, orbits: 11 },
      ...few([], [{ nodes: 5, orbits: 34 }]),
    ])("undirected graph, $nodes nodes: $orbits up to isomorphism", ({ nodes, orbits }) => {
      const spec = undirectedGraph(nodes);
      const pairs = (nodes * (nodes - 1)) / 2;
      const states = 2 ** pairs;
      const generatedStates = 1 + states * 2 * pairs; // each edge is toggled from both ends

      expectUnreduced(spec, { distinctStates: states, generatedStates, depth: pairs + 1 });
      expectReduced(spec, { orbits, unreducedStates: states, depth: pairs + 1 });
    });

    nightly(() => {
      test("undirected graph, 6 nodes: 156 up to isomorphism", () => {
        expectReduced(undirectedGraph(6), { orbits: 156, unreducedStates: 32_768, depth: 16 });
      });
    });
  });

  interface Counts {
    readonly distinctStates: number;
    readonly generatedStates: number;
    readonly depth: number;
  }

  /** Explores every state for itself; the protocol holds, with these counts. */
  function expectUnreduced(spec: Spec, counts: Counts): void {
    const verdict = check(instantiate(spec, { symmetry: false }));

    expect(verdict).toMatchObject({
      kind: "holds",
      statistics: {
        ...counts,
        transitions: counts.generatedStates - 1,
        unreducedStates: BigInt(counts.distinctStates),
      },
    });
    expect(verdict.statistics).not.toHaveProperty("orbits");
  }

  /** Explores one state of each orbit; their sizes add up to the number of states. */
  function expectReduced(
    spec: Spec,
    counts: { readonly orbits: number; readonly unreducedStates: number; readonly depth: number },
  ): void {
    const model = instantiate(spec);

    const { kind, statistics } = check(model);

    expect(kind).toBe("holds");
    expect(statistics.distinctStates).toBe(counts.orbits);
    expect(statistics.orbits).toBe(model.symmetry.order > 1n ? counts.orbits : undefined);
    expect(statistics.unreducedStates).toBe(BigInt(counts.unreducedStates));
    expect(statistics.depth).toBe(counts.depth);
  }

  /** The protocol is violated, by a shortest trace of so many steps. */
  function expectViolated(spec: Spec, property: string, steps: number): void {
    const verdict = check(instantiate(spec));

    expect(verdict).toMatchObject({ kind: "violated", property: { name: property } });
    if (verdict.kind === "violated") expect(verdict.trace.steps).toHaveLength(steps);
  }

  /** The binomial coefficient: how many subsets of `k` elements a set of `n` has. */
  function choose(n: number, k: number): number {
    return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k;
  }
});
