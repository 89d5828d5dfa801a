import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import { declare, each, interchangeable, oneOf, range, SpecError, variant } from "./index.ts";
import type { Spec, Variant } from "./index.ts";

const cell = interchangeable("cell", (constants: { cells: number }) => constants.cells);
const { action, alwaysEventually, eventuallyAlways, invariant, spec, temporal, within } = declare({
  constants: { cells: 2, isStrict: true },
  where: { "there are at most four cells": ({ cells }) => cells <= 4 },
  state: { count: each(cell, range(0, 3)), light: oneOf("off", "on") },
});
const cellCounts = action(cell, {
  fairness: "weak",
  source: "count()",
  when: (state, self) => state.count[self] < 2,
  effect: (state, self) => {
    state.count[self] += 1;
  },
});
const lightGoesOn = action("light", {
  effect: (state) => {
    state.light = "on";
  },
});
const base = spec({
  name: "cells",
  title: "cells that count",
  actions: { cellCounts, lightGoesOn },
  invariants: {
    countIsSmall: invariant((state) => state.count.every((count) => count < 3)),
    lightIsKnown: invariant((state) => ["off", "on"].includes(state.light)),
  },
  mayEnd: (state) => state.light === "on",
});
const named = { name: "changed", because: "a test wants it", expects: "holds" } as const;

/** What does not hold, in the order of the spec. */
const broken = ({ spec: changed }: Pick<Variant, "spec">): readonly string[] =>
  check(instantiate(changed)).properties.flatMap(({ name, status }) =>
    status === "holds" ? [] : [name],
  );

describe("an action", () => {
  test("of which the condition is replaced keeps everything else", () => {
    const changed = variant(base, {
      ...named,
      change: { actions: { cellCounts: { when: (state, self) => state.count[self] < 3 } } },
      expects: { breaks: ["countIsSmall"] },
    });
    const { when, ...rest } = changed.spec.actions["cellCounts"] as (typeof base.actions)[string];
    expect(rest).toEqual({ ...cellCounts, when: undefined, ...rest });
    expect(when).not.toBe(cellCounts.when);
    expect(rest.effect).toBe(cellCounts.effect);
    expect([rest.fairness, rest.source]).toEqual(["weak", "count()"]);
    expect(broken(changed)).toEqual(["countIsSmall"]);
  });

  test("of which the effect is replaced keeps its condition", () => {
    const changed = variant(base, {
      ...named,
      change: {
        actions: {
          cellCounts: {
            effect: (state, self) => {
              state.count[self] = 3;
            },
          },
        },
      },
    });
    expect(changed.spec.actions["cellCounts"]?.when).toBe(cellCounts.when);
    expect(broken(changed)).toEqual(["countIsSmall"]);
  });

  test("that is removed is not taken any more", () => {
    const changed = variant(base, { ...named, change: { actions: { lightGoesOn: "removed" } } });
    expect(Object.keys(changed.spec.actions)).toEqual(["cellCounts"]);
    expect(broken(changed)).toEqual(["deadlockFreedom"]);
  });

  test("that is added comes last, and may not have the name of another", () => {
    const lightGoesOff = action("light", { effect: () => {} });
    const added = { lightGoesOff };
    const changed = variant(base, { ...named, change: { added } });
    expect(Object.keys(changed.spec.actions)).toEqual([
      "cellCounts",
      "lightGoesOn",
      "lightGoesOff",
    ]);
    expect(() => variant(base, { ...named, change: { added: { cellCounts } } })).toThrow(
      /cellCounts exists/,
    );
    const replaced = variant(base, {
      ...named,
      change: { actions: { cellCounts: "removed" }, added: { cellCounts: lightGoesOff } },
    });
    expect(replaced.spec.actions["cellCounts"]).toBe(lightGoesOff);
  });
});

describe("a change of what is not there is refused, though a protocol is loaded without its types", () => {
  test.each<readonly [string, object, RegExp]>([
    [
      "an action",
      { actions: { cellCount: "removed" } },
      /no action cellCount; did you mean cellCounts\?/,
    ],
    [
      "an action with the name of a method",
      { actions: { toString: "removed" } },
      /no action toString/,
    ],
    [
      "a part of an action",
      { actions: { cellCounts: { wehn: () => false } } },
      /wehn; did you mean when\?/,
    ],
    ["a constant", { constants: { cell: 3 } }, /cell; did you mean cells\?/],
    [
      "a property to remove",
      { properties: { countIsSmal: "removed" } },
      /did you mean countIsSmall\?/,
    ],
    [
      "a property with the name of a method",
      { properties: { valueOf: "removed" } },
      /no property valueOf/,
    ],
    ["something else", { action: { cellCounts: "removed" } }, /action; did you mean actions\?/],
  ])("%s", (_, change, message) => {
    const changing = (): unknown => variant(base, { ...named, change: change as never });
    expect(changing).toThrow(SpecError);
    expect(changing).toThrow(message);
  });

  test("a property that it is said to break", () => {
    const breaking = (name: string) => () =>
      variant(base, { ...named, change: {}, expects: { breaks: [name] } });
    expect(breaking("countIsSmal")).toThrow(/did you mean countIsSmall\?/);
    expect(breaking("constructor")).toThrow(SpecError);
    for (const name of ["countIsSmall", "deadlockFreedom"]) expect(breaking(name)).not.toThrow();
  });

  test.each(["Changed", "two words", "", "-a", "a_b"])(
    "a name that is not kebab-case: %j",
    (name) => {
      expect(() => variant(base, { ...named, name, change: {} })).toThrow(/kebab-case/);
    },
  );
});

test("constants are those of the variant, and must satisfy what the protocol demands", () => {
  const changed = variant(base, { ...named, change: { constants: { cells: 3 } } });
  expect(changed.spec.constants).toEqual({ cells: 3, isStrict: true });
  expect(base.constants).toEqual({ cells: 2, isStrict: true });
  expect(check(instantiate(changed.spec)).statistics.unreducedStates).toBe(54n);
  const tooMany = variant(base, { ...named, change: { constants: { cells: 5 } } });
  expect(() => instantiate(tooMany.spec)).toThrow(/at most four cells/);
});

test("the fairness of the whole is none unless the protocol or a variant says otherwise", () => {
  expect(base.fairness).toBe("none");
  const fair = variant(base, { ...named, change: { fairness: "weak" } });
  expect(fair.spec).toEqual({ ...base, fairness: "weak" });
  expect(variant(fair, { ...named, change: {} }).spec.fairness).toBe("weak");
  expect(variant(fair, { ...named, change: { fairness: "none" } }).spec.fairness).toBe("none");
});

describe("an action that a property names", () => {
  const counted = spec({
    name: "cells",
    title: "cells that count",
    actions: { cellCounts, lightGoesOn },
    liveness: {
      soon: within({ from: () => true, to: () => false, counting: "lightGoesOn", atMost: 1 }),
      once: temporal({ formula: ({ eventually, taken }) => eventually(taken("lightGoesOn")) }),
      often: within({
        from: () => true,
        to: () => false,
        counting: () => true,
        idle: ["light"],
        atMost: 1,
      }),
    },
  });
  const without = (properties: Readonly<Record<string, "removed">> = {}) =>
    variant(counted, { ...named, change: { actions: { lightGoesOn: "removed" }, properties } });

  test("cannot be removed alone: the property would say something else", () => {
    expect(() => without()).toThrow(
      /soon counts lightGoesOn, which is removed; change soon too, or let the condition be false instead/,
    );
    expect(() => without({ soon: "removed" })).toThrow(/once speaks of lightGoesOn, which is rem/);
    expect(() => without({ soon: "removed", once: "removed" })).toThrow(
      /often has light idle, which is no actor. There are: cell./,
    );
    const all = without({ soon: "removed", once: "removed", often: "removed" });
    expect(Object.keys(all.spec.properties)).toEqual([]);
  });

  test("may be replaced by another of the same name", () => {
    const another = variant(counted, {
      ...named,
      change: {
        actions: { lightGoesOn: "removed" },
        added: { lightGoesOn: action("light", { effect: () => {} }) },
      },
    });
    expect(Object.keys(another.spec.properties)).toEqual(["soon", "once", "often"]);
  });
});

test("a property is added, replaced or dropped", () => {
  const changed = variant(base, {
    ...named,
    change: {
      properties: {
        lightIsKnown: "removed",
        countIsSmall: invariant((state) => state.count.every((count) => count < 2)),
        lightIsOff: invariant((state) => state.light === "off"),
      },
    },
  });
  expect(broken(changed)).toEqual(["countIsSmall", "lightIsOff"]);
  expect(Object.keys(changed.spec.properties)).toEqual(["countIsSmall", "lightIsOff"]);
});

test("a variant of a variant has both changes, and names the protocol that was there first", () => {
  const broken1 = variant(base, {
    ...named,
    name: "counts-too-far",
    change: { actions: { cellCounts: { when: (state, self) => state.count[self] < 3 } } },
    expects: { breaks: ["countIsSmall"] },
  });
  const fixed = variant(broken1, {
    ...named,
    name: "counts-far-and-stops",
    change: {
      actions: {
        cellCounts: {
          effect: (state, self) => {
            state.count[self] = 2;
          },
        },
      },
    },
  });
  expect(fixed.base).toBe(base);
  expect(fixed.spec.actions["cellCounts"]?.when).toBe(broken1.spec.actions["cellCounts"]?.when);
  expect([broken(broken1), broken(fixed)]).toEqual([["countIsSmall"], []]);
  expect([broken1.expects, fixed.expects]).toEqual([
    { kind: "breaks", properties: ["countIsSmall"] },
    { kind: "holds" },
  ]);
});

test("the protocol itself stays as it was", () => {
  const before: Spec = {
    ...base,
    actions: { ...base.actions },
    properties: { ...base.properties },
  };
  variant(base, {
    ...named,
    change: { actions: { cellCounts: "removed" }, properties: { countIsSmall: "removed" } },
  });
  expect(base).toEqual(before);
  expect(broken({ spec: base })).toEqual([]);
});

test("an empty change changes nothing", () => {
  const { spec: same } = variant(base, { ...named, change: {} });
  expect(same).toEqual(base);
});

test("two properties may not share a name, and none has the name of a method by accident", () => {
  const claim = invariant(() => true);
  const witnesses = { countIsSmall: claim as never };
  expect(() =>
    spec({ name: "x", title: "x", actions: {}, invariants: { countIsSmall: claim }, witnesses }),
  ).toThrow(/countIsSmall is listed in witnesses; it is one of the invariants/);
  expect(() =>
    spec({ name: "x", title: "x", actions: {}, invariants: { constructor: claim } }),
  ).not.toThrow();
});

test.each([
  ["always eventually", alwaysEventually],
  ["eventually always", eventuallyAlways],
] as const)("%s: where its condition is false the claim is true", (_, claim) => {
  const { holds } = claim({ when: (state) => state.light === "on", holds: () => false });
  expect([holds({ light: "off" }, {}), holds({ light: "on" }, {})]).toEqual([true, false]);
});
