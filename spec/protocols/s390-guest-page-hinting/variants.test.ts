import { describe, expect, test } from "vitest";
import { check } from "../../../checker/index.ts";
import { instantiate } from "../../../model/index.ts";
import type { Variant } from "../../language/index.ts";
import { s390GuestPageHinting } from "./protocol.ts";
import * as variants from "./variants.ts";

const timeout = 600_000;

/** What a search of every reachable state decides. */
const decidedByStates: readonly string[] = ["invariant", "step property"];

/** The length of the shortest trace to each property that a mistake breaks, the first violated first. */
const shortest: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "hint-before-reserved-check": {
    unusedPageHasNoOwner: 5,
    noWriteIsLost: 6,
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 6,
    stablePageKeepsItsContent: 6,
  },
  "reserved-check-missing": { unusedPageHasNoOwner: 6, noWriteIsLost: 7, frameIsInOnePlace: 7 },
  "inserted-before-hint": { frameIsInOnePlace: 7, unusedPageHasNoOwner: 11 },
  "allocated-page-left-unused": {
    unusedPageHasNoOwner: 3,
    noWriteIsLost: 4,
    pageReliedOnIsStable: 3,
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 4,
    pageStepIsLegal: 7,
  },
  "make-stable-does-not-wait": {
    volatileIsSetOnlyWhileNobodyRelies: 10,
    noWriteIsLost: 12,
    pageReliedOnIsStable: 10,
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 12,
    assertions: 17,
  },
  "make-stable-revives-discarded": {
    discardedPageIsNeverReadAsData: 12,
    pageStepIsLegal: 12,
    noWriteIsLost: 18,
    assertions: 17,
  },
  "volatile-after-the-last-look": {
    volatileIsSetOnlyWhileNobodyRelies: 10,
    noWriteIsLost: 18,
    pageReliedOnIsStable: 17,
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 18,
    pageStepIsLegal: 13,
    assertions: 24,
  },
  "writable-mapping-stays-volatile": {
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 10,
    noWriteIsLost: 10,
    assertions: 14,
  },
  "dirty-transfer-of-unstable-page": {
    pageReliedOnIsStable: 12,
    noWriteIsLost: 14,
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 14,
    assertions: 20,
  },
  "writable-reset-unchecked": {
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 24,
    noWriteIsLost: 24,
    assertions: 28,
  },
  "writable-check-without-the-bit": {
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 21,
    noWriteIsLost: 21,
    assertions: 25,
  },
  "saved-copy-of-a-dirty-page-dropped": { noWriteIsLost: 10, assertions: 14 },
  "mapped-without-recheck": { frameIsInOnePlace: 21 },
  "discarded-frame-reused-at-once": { noWriteIsLost: 25 },
  "reclaimed-without-looking": { noWriteIsLost: 32 },
  "host-answers-touch-of-discarded": { discardedPageIsNeverReadAsData: 9 },
  "host-discards-stable": {
    discardIsPermitted: 3,
    noWriteIsLost: 4,
    pageInUseIsDiscardedOnlyIfVolatileAndClean: 4,
    stablePageKeepsItsContent: 4,
    assertions: 14,
  },
  "saved-copy-kept": { blockStateIsLegal: 8 },
};

const mistakes = Object.values(variants).filter(({ expects }) => expects.kind === "breaks");
const repairs = Object.values(variants).filter(({ expects }) => expects.kind === "holds");

/** The others break liveness, which a search of states does not decide. */
const judgedByStates = mistakes.filter((mistake) =>
  brokenBy(mistake).some((name) => !livenessOf(mistake).includes(name)),
);

describe("s390-guest-page-hinting", { timeout }, () => {
  test.each([
    { constants: {}, distinctStates: 11_237, generatedStates: 40_655, depth: 70 },
    { constants: { cpus: 3 }, distinctStates: 67_952, generatedStates: 326_110, depth: 74 },
  ])(
    "holds with every witness seen and every action taken: $constants",
    ({ constants, ...counts }) => {
      const verdict = check(instantiate(s390GuestPageHinting, { constants }));
      expect(verdict).toMatchObject({ kind: "holds", statistics: counts });
      expect(Object.entries(verdict.statistics.taken).filter(([, times]) => times === 0)).toEqual(
        [],
      );
      const witnesses = verdict.properties.filter(({ kind }) => kind === "witness");
      expect(new Set(witnesses.map(({ status }) => status))).toEqual(new Set(["seen"]));
    },
  );

  test("symmetry between the CPUs loses no state", () => {
    const { statistics } = check(instantiate(s390GuestPageHinting));
    expect(statistics.unreducedStates).toBe(21_532n);
  });

  test.each(judgedByStates)("$name breaks what it says, in so many steps", (variant) => {
    const lengths = shortest[variant.name] ?? {};
    const verdict = check(instantiate(variant.spec), { properties: brokenBy(variant) });
    const found = verdict.properties.map(({ name, trace }) => [name, trace?.steps.length]);
    expect(Object.fromEntries(found)).toEqual(lengths);
    // The first is that with the shortest trace, and of several the first of the spec.
    const least = Math.min(...Object.values(lengths));
    const [first] = found.find(([, length]) => length === least) ?? [];
    expect(verdict).toMatchObject({ kind: "violated", property: { name: first } });
  });

  test.each(repairs)("$name holds", ({ spec }) => {
    expect(check(instantiate(spec)).kind).toBe("holds");
  });

  test("every invariant and step property is broken by a mistake", () => {
    const broken = new Set(judgedByStates.flatMap((variant) => brokenBy(variant)));
    const unbroken = Object.entries(s390GuestPageHinting.properties)
      .filter(([name, { kind }]) => decidedByStates.includes(kind) && !broken.has(name))
      .map(([name]) => name);
    expect(unbroken).toEqual([]);
  });
});

function livenessOf({ spec }: Variant): readonly string[] {
  const isLiveness = ["leads to", "recoverable"];
  return Object.keys(spec.properties).filter((name) =>
    isLiveness.includes(spec.properties[name]?.kind ?? ""),
  );
}

function brokenBy({ expects }: Variant): readonly string[] {
  return expects.kind === "breaks" ? expects.properties : [];
}
