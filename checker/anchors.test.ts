import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import type { Spec } from "../spec/index.ts";
import pageRing from "../spec/protocols/page-ring/claims.ts";
import {
  allocatesWithoutFault,
  hostDiscardsAnyPage,
  returnIsNotCounted,
} from "../spec/protocols/page-ring/variants.ts";
import twoPhaseCommit from "../spec/protocols/two-phase-commit/claims.ts";
import {
  commitsWithoutWaiting,
  preparedManagerGivesUp,
} from "../spec/protocols/two-phase-commit/variants.ts";
import { engines } from "../toys/compared.ts";
import { few, oneIn } from "../toys/share.ts";
import { check as checkWith, type CheckOptions, type Verdict } from "./index.ts";

describe.each(engines)("the %s engine", (engine) => {
  const check = (model: Model, options: CheckOptions = {}): Verdict =>
    checkWith(model, { engine, liveness: false, ...options });

  /** Long enough on a busy machine; the slowest of these takes a few seconds on a quiet one. */

  describe("two-phase-commit, counts of TLC", () => {
    test.each(
      oneIn(5, [
        { managers: 1, distinctStates: 12, generatedStates: 20, depth: 5 },
        { managers: 2, distinctStates: 56, generatedStates: 154, depth: 8 },
        { managers: 3, distinctStates: 288, generatedStates: 1_146, depth: 11 },
        { managers: 4, distinctStates: 1_568, generatedStates: 8_258, depth: 14 },
        { managers: 5, distinctStates: 8_832, generatedStates: 58_146, depth: 17 },
      ]),
    )("$managers managers, unreduced: holds", ({ managers, ...counts }) => {
      const transitions = counts.generatedStates - 1;

      const verdict = check(
        instantiate(twoPhaseCommit, { constants: { managers }, symmetry: false }),
      );

      expect(verdict).toMatchObject({ kind: "holds", statistics: { ...counts, transitions } });
      expect(verdict.statistics.unreducedStates).toBe(BigInt(counts.distinctStates));
    });

    // The successors of one state of each orbit were counted by hand-written code that sorts managers.
    test.each(
      oneIn(5, [
        { managers: 3, orbits: 80, generatedStates: 318, depth: 11, unreducedStates: 288n },
        { managers: 4, orbits: 166, generatedStates: 869, depth: 14, unreducedStates: 1_568n },
        { managers: 5, orbits: 314, generatedStates: 2_048, depth: 17, unreducedStates: 8_832n },
        { managers: 6, orbits: 553, generatedStates: 4_328, depth: 20, unreducedStates: 50_816n },
      ]),
    )("$managers managers, interchangeable: holds", ({ managers, ...counts }) => {
      const verdict = check(instantiate(twoPhaseCommit, { constants: { managers } }));

      expect(verdict).toMatchObject({
        kind: "holds",
        statistics: {
          ...counts,
          distinctStates: counts.orbits,
          transitions: counts.generatedStates - 1,
        },
      });
    });

    test.each([
      { mistake: commitsWithoutWaiting, steps: 5 },
      { mistake: preparedManagerGivesUp, steps: 9 },
    ])("$mistake.name: the managers disagree after $steps steps", ({ mistake, steps }) => {
      expect(stepsToBreak(mistake.spec)).toEqual({ managersAgree: steps });
    });
  });

  describe("page-ring, counts of SPIN, Rumur and TLC", () => {
    // 7 pages (133,533 states, 934,384 transitions) are the business of the bench, and of the test in a browser.
    const unreduced = [
      { pages: 5, distinctStates: 9_345, transitions: 47_440, depth: 32 },
      { pages: 6, distinctStates: 35_783, transitions: 215_860, depth: 38 },
    ];
    test.each(few([], unreduced))("$pages pages, unreduced: holds", ({ pages, ...counts }) => {
      const generatedStates = counts.transitions + 1;

      const verdict = check(instantiate(pageRing, { constants: { pages }, symmetry: false }));

      expect(verdict).toMatchObject({ kind: "holds", statistics: { ...counts, generatedStates } });
      expect(verdict.statistics.unreducedStates).toBe(BigInt(counts.distinctStates));
    });

    test.each(
      oneIn(5, [
        { pages: 3, orbits: 154, transitions: 512, depth: 24, unreducedStates: 573n },
        { pages: 4, orbits: 258, transitions: 1_119, depth: 26, unreducedStates: 2_363n },
        { pages: 5, orbits: 389, transitions: 2_088, depth: 32, unreducedStates: 9_345n },
        { pages: 6, orbits: 547, transitions: 3_505, depth: 38, unreducedStates: 35_783n },
        { pages: 7, orbits: 732, transitions: 5_456, depth: 44, unreducedStates: 133_533n },
        { pages: 8, orbits: 944, transitions: 8_027, depth: 50, unreducedStates: 487_955n },
      ]),
    )("$pages pages, interchangeable: holds", ({ pages, ...counts }) => {
      const verdict = check(instantiate(pageRing, { constants: { pages } }));

      expect(verdict).toMatchObject({
        kind: "holds",
        statistics: {
          ...counts,
          distinctStates: counts.orbits,
          generatedStates: counts.transitions + 1,
        },
      });
    });

    test.each([
      { mistake: allocatesWithoutFault, breaks: { usedPageIsResident: 8 } },
      { mistake: hostDiscardsAnyPage, breaks: { usedPageIsResident: 5, discardIsPermitted: 5 } },
      { mistake: returnIsNotCounted, breaks: { isolatedPagesAreCounted: 7 } },
    ])("$mistake.name: breaks its property in as few steps as possible", ({ mistake, breaks }) => {
      expect(stepsToBreak(mistake.spec)).toEqual(breaks);
    });
  });

  /** For each property that is violated, the number of steps of its shortest trace. */
  function stepsToBreak(spec: Spec): Readonly<Record<string, number | undefined>> {
    const violated = check(instantiate(spec)).properties.filter(
      ({ status }) => status === "violated",
    );
    return Object.fromEntries(violated.map(({ name, trace }) => [name, trace?.steps.length]));
  }
});
