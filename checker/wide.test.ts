import { describe, expect, it } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import { declare, each, oneOf, ordered, range, type Spec } from "../spec/index.ts";
import { check } from "./index.ts";

/*
 * States of many cells of which each takes a path of its own through what is asked: what runs came to is not kept any more
 * (see model/learned/worth.ts), and everything has to be asked all the same.
 */

/** Two rows of cells are switched on, each from its beginning. */
function rows(cells: number): Spec {
  const row = ordered("row", 2);
  const cell = ordered("cell", cells);
  const { action, invariant, spec, witness } = declare({
    constants: {},
    state: { at: each(row, each(cell, oneOf("off", "on"))), bell: oneOf("silent", "rings") },
  });
  type Rows = Iterable<Iterable<"off" | "on">>;
  const lit = (all: Rows): number => {
    let on = 0;
    for (const one of all) for (const is of one) if (is === "on") on += 1;
    return on;
  };
  const switches = action("somebody", {
    forAny: [row, cell],
    when: (state, r, c) => [...state.at[r]].indexOf("off") === cell.position(c),
    effect: (state, r, c) => {
      state.at[r][c] = "on";
    },
  });
  const rings = action("bell", {
    when: (state) => state.bell === "silent" && lit(state.at) >= 2 * cells - 1,
    effect: (state) => {
      state.bell = "rings";
    },
  });
  return spec({
    name: "rows",
    title: "two rows of cells",
    actions: { switches, rings },
    invariants: {
      neverAll: invariant((state) => lit(state.at) < 2 * cells),
      // It looks at the bell in states alone that are met when runs are not kept any more.
      isSilent: invariant((state) => lit(state.at) < 2 * cells - 1 || state.bell === "silent"),
    },
    witnesses: { isLate: witness((state) => lit(state.at) === 2 * cells - 1) },
    mayEnd: () => true,
  });
}

describe("a spec whose states are wide", () => {
  const cells = 34;
  const model = (): Model => instantiate(rows(cells));

  it("is decided alike by both engines, to the last state", () => {
    const [reference, compiled] = (["reference", "compiled"] as const).map((engine) => {
      const { kind, properties, statistics } = check(model(), { engine });
      const { distinctStates, transitions, depth } = statistics;
      return {
        kind,
        figures: { distinctStates, transitions, depth },
        found: properties.map(({ name, status, trace }) => [name, status, trace?.steps.length]),
      };
    });
    expect(compiled).toEqual(reference);
    expect(compiled?.figures.distinctStates).toBe((cells + 1) ** 2 + 3);
    expect(compiled?.found).toContainEqual(["neverAll", "violated", 2 * cells]);
    expect(compiled?.found).toContainEqual(["isSilent", "violated", 2 * cells]);
    expect(compiled?.found).toContainEqual(["isLate", "seen", undefined]);
  });
});

/** A lamp is switched from the beginning on, and only from the hour on it must be off: before, nobody looks at it. */
function lampAt(hour: number): Spec {
  const { action, invariant, spec } = declare({
    constants: {},
    state: { time: range(0, hour), lamp: oneOf("off", "on") },
  });
  return spec({
    name: "lamp",
    title: "a lamp that must be off in the end",
    actions: {
      ticks: action("clock", {
        when: (state) => state.lamp === "off" && state.time < hour,
        effect: (state) => {
          state.time += 1;
        },
      }),
      switches: action("somebody", {
        effect: (state) => {
          state.lamp = state.lamp === "on" ? "off" : "on";
        },
      }),
    },
    invariants: { isOff: invariant((state) => state.time < hour || state.lamp === "off") },
  });
}

describe("a property that looks further than before", () => {
  it.each([1, 2, 40])("is asked of steps that write what it did not look at: hour %i", (hour) => {
    for (const engine of ["reference", "compiled"] as const) {
      const verdict = check(instantiate(lampAt(hour)), { engine });
      expect(verdict).toMatchObject({ kind: "violated", property: { name: "isOff" } });
      if (verdict.kind === "violated") expect(verdict.trace.steps).toHaveLength(hour + 1);
    }
  });
});
