/** The oracle on specs whose truth is known from elsewhere, and the comparison on answers that are wrong. */
import { describe, expect, test } from "vitest";
import {
  interchangeable,
  declare,
  each,
  oneOf,
  range,
  sequence,
  type Spec,
} from "../spec/index.ts";
import {
  buddyTrees,
  dieHard,
  freeCells,
  orderedBuddyTrees,
  peterson,
  undirectedGraph,
} from "./small-specs.ts";
import { compare } from "./differences.ts";
import { looks, oneOrbit } from "./one-orbit.ts";
import { truthOf, type Truth } from "./oracle/oracle.ts";
import { compareRandomSpecs } from "./random-specs.ts";
import { evaluated } from "./specs/evaluated.ts";

const limits = { mostStates: 1_000, mostExchanges: 130 };
const truth = (spec: Spec): Truth => truthOf(spec, limits) as Truth;

describe("the oracle knows what is known", () => {
  test("graphs of four nodes: 64, and 11 up to isomorphism", () => {
    const { figures, reduced, isSymmetric } = truth(undirectedGraph(4));
    expect(isSymmetric).toBe(true);
    expect(figures.distinctStates).toBe(64);
    expect(reduced).toMatchObject({ distinctStates: 11, unreducedStates: 64 });
  });

  test("multisets of three values on four cells: 15 of 81", () => {
    expect(truth(freeCells(4, 3))).toMatchObject({
      kind: "holds",
      figures: { distinctStates: 81, depth: 9 },
      reduced: { distinctStates: 15, unreducedStates: 81, depth: 9 },
    });
  });

  test("two bits on the leaves of a binary tree of four leaves: 6 trees of 16", () => {
    expect(truth(buddyTrees(2, 2))).toMatchObject({
      exchanges: 8,
      figures: { distinctStates: 16 },
      reduced: { distinctStates: 6 },
    });
  });

  test("two bits in each of two trees of ordered halves: 10 pairs of 4, of 16", () => {
    const { exchanges, figures, reduced } = truth(orderedBuddyTrees(1, 2, 2));
    expect(exchanges).toBe(2);
    expect([figures.distinctStates, reduced?.distinctStates]).toEqual([16, 10]);
  });

  test("four gallons are measured after six steps, among 16 states", () => {
    const { figures, properties, property } = truth(dieHard({ claimsImpossible: true }));
    expect(figures.distinctStates).toBe(16);
    expect(property).toBe("fourGallonsAreOutOfReach");
    expect(properties).toContainEqual({ name: property, status: "violated", after: 6 });
  });

  test("Peterson's processes are never both inside", () => {
    expect(truth(peterson())).toMatchObject({ kind: "holds" });
  });

  test("a light that may stay off for ever, unless to switch it is strongly fair", () => {
    const isOnInTheEnd = (fairness: "none" | "weak" | "strong") =>
      truth(blinking(fairness)).properties.find(({ name }) => name === "lightGoesOn");
    // The power goes off and on for ever, and nobody switches; that is possible now and then only.
    for (const fairness of ["none", "weak"] as const) {
      expect(isOnInTheEnd(fairness)).toEqual({ name: "lightGoesOn", status: "violated", after: 2 });
    }
    expect(isOnInTheEnd("strong")).toEqual({ name: "lightGoesOn", status: "holds" });
  });

  test("a cell that is singled out in one orbit: the symmetry is false, and violated after as many steps as it says", async () => {
    for (const number of looks.keys()) {
      const { source, after } = oneOrbit({ cells: 4, values: 3 }, number);
      const { isSymmetric, kind, properties } = truth(await evaluated(source));
      expect({ number, isSymmetric, kind }).toEqual({
        number,
        isSymmetric: false,
        kind: "violated",
      });
      expect(properties).toContainEqual({ name: "nobodyIsStruck", status: "violated", after });
    }
  });
});

/** A light that can be switched while there is power, which goes off and on. */
function blinking(fairness: "none" | "weak" | "strong"): Spec {
  const { action, leadsTo, spec } = declare({
    constants: {},
    state: { light: oneOf("off", "on"), power: oneOf("off", "on") },
  });
  return spec({
    name: "blinking",
    title: "power that comes and goes",
    actions: {
      powerChanges: action("power", {
        fairness: "strong",
        effect: (state) => {
          state.power = state.power === "on" ? "off" : "on";
        },
      }),
      somebodySwitches: action("somebody", {
        fairness,
        when: (state) => state.power === "on" && state.light === "off",
        effect: (state) => {
          state.light = "on";
        },
      }),
    },
    liveness: {
      lightGoesOn: leadsTo({
        from: (state) => state.light === "off",
        to: (state) => state.light === "on",
      }),
    },
  });
}

describe("the comparison", () => {
  /** Cells that count, of which the first is said to be like the others. */
  const falselySymmetric = (): Spec => {
    const cell = interchangeable("cell", 3);
    const { action, invariant, spec } = declare({
      constants: {},
      state: { cell: each(cell, range(0, 1)) },
    });
    const counts = action("anyone", {
      forAny: cell,
      when: (state, c) => Number(c) === 0 || state.cell[c] === 0,
      effect: (state, c) => {
        state.cell[c] = 1;
      },
    });
    const some = invariant((state) => state.cell.length === 3);
    return spec({ name: "cells", title: "count", actions: { counts }, invariants: { some } });
  };

  test("a false symmetry that is refused by both engines is no difference", async () => {
    const comparison = await compare(async () => falselySymmetric());
    expect(comparison).toMatchObject({ symmetry: "false", refused: 2, differences: [] });
  });

  test("what a search left undecided that stopped at a fault, with orbits that it says are only declared, is none", async () => {
    const page = interchangeable("page", 2);
    const { action, invariant, spec } = declare({
      constants: {},
      state: { list: sequence(each(page, page), 1), light: oneOf("off", "on") },
    });
    const listed = (value: number): number[] => Array.from({ length: 2 }, () => value);
    const growsTooLong = action("anyone", {
      effect: (state) => {
        state.list.push(listed(0) as never);
      },
    });
    const isOn = invariant((state) => state.light === "on");
    const isNot = (value: number) =>
      invariant((state) => !state.list.some((each) => each.some((its) => Number(its) === value)));
    const comparison = await compare(async () =>
      spec({
        name: "listed",
        title: "lists that grow too long",
        initial: {
          forAny: page,
          effect: (state, p) => {
            state.list.push(listed(Number(p)) as never);
          },
        },
        actions: { growsTooLong },
        invariants: { isOn, isNotTheFirst: isNot(0), isNotTheSecond: isNot(1) },
      }),
    );
    expect(comparison).toMatchObject({ kind: "violated", symmetry: "false", differences: [] });
  });

  test("a spec that is one thing the first time and another the next is a difference", async () => {
    let time = 0;
    const comparison = await compare(async () => freeCells(2, 2 + (time++ > 0 ? 1 : 0)));
    expect(comparison.differences.join("\n")).toMatch(/distinctStates is 4, said 9/);
  });

  test("the same seed makes the same specs", async () => {
    const options = { specs: 3, seed: 7, mostUnexplained: 1 };
    expect(await compareRandomSpecs(options)).toEqual(await compareRandomSpecs(options));
  });
});
