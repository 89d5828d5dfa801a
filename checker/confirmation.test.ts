import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import { declare, interchangeable, oneOf, optional, range, SpecError } from "../spec/index.ts";
import { engines } from "../toys/compared.ts";
import { check as checkWith, type CheckOptions, type Verdict } from "./index.ts";

describe.each(engines)("the %s engine", (engine) => {
  const check = (model: Model, options: CheckOptions = {}): Verdict =>
    checkWith(model, { engine, ...options });

  /** A clock, and late in its life a step that only element 0 can take: no sampled state shows it. */
  function lateAsymmetry(late: number) {
    const cell = interchangeable("cell", 3);
    const { action, invariant, spec } = declare({
      constants: {},
      state: { clock: range(0, 200), chosen: optional(cell), bitten: oneOf("no", "yes") },
    });
    const ticks = action("clock", {
      when: (state) => state.clock < 200,
      effect: (state) => {
        state.clock += 1;
      },
    });
    const picks = action("cell", {
      forAny: cell,
      when: (state) => state.chosen === "none",
      effect: (state, c) => {
        state.chosen = c;
      },
    });
    const bites = action("cell", {
      forAny: cell,
      when: (state, c) => state.clock === late && state.chosen === c && Number(c) === 2,
      effect: (state) => {
        state.bitten = "yes";
      },
    });
    return spec({
      name: "late-asymmetry",
      title: "an index set that is not interchangeable, in one state of hundreds",
      actions: { ticks, picks, bites },
      invariants: { nobodyIsBitten: invariant((state) => state.bitten === "no") },
      mayEnd: () => true,
    });
  }

  test("a condition that reads a variable that is not declared is an error that suggests the right one", () => {
    const { action, spec } = declare({ constants: {}, state: { light: oneOf("off", "on") } });
    const switches = action("people", {
      when: (state) => (state as unknown as Record<string, unknown>)["lihgt"] !== "on",
      effect: (state) => {
        state.light = "on";
      },
    });
    const lamp = spec({ name: "lamp", title: "a misspelt variable", actions: { switches } });
    expect(() => check(instantiate(lamp))).toThrow(/no variable lihgt; did you mean light\?/);
  });

  describe("in a small instance nothing is left to sampling", () => {
    test.each([150, 171, 199])("a false symmetry in one state, at tick %i, is an error", (late) => {
      expect(() => check(instantiate(lateAsymmetry(late)))).toThrow(SpecError);
    });

    test("without symmetry the same protocol is violated", () => {
      const { kind } = check(instantiate(lateAsymmetry(199), { symmetry: false }));
      expect(kind).toBe("violated");
    });
  });
});
