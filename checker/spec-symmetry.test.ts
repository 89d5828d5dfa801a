/** A spec, or a variant, that says whether its declared symmetry is made use of. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import {
  declare,
  each,
  interchangeable,
  oneOf,
  type Spec,
  SpecError,
  variant,
} from "../spec/index.ts";
import { check } from "./index.ts";

const lamp = interchangeable("lamp", 3);
const { action, invariant, spec } = declare({
  constants: {},
  state: { light: each(lamp, oneOf("off", "on")) },
});

/** Lamps of which the last, by its name, may never be switched on: no symmetry, whatever is declared. */
const lamps = (symmetry?: Spec["symmetry"]) =>
  spec({
    name: "lamps",
    title: "all lamps but one are switched on",
    ...(symmetry && { symmetry }),
    actions: {
      somebodySwitches: action("somebody", {
        forAny: lamp,
        when: (state, l) => Number(l) < 2 && state.light[l] === "off",
        effect: (state, l) => {
          state.light[l] = "on";
        },
      }),
    },
    invariants: { oneIsOff: invariant((state) => state.light.includes("off")) },
    mayEnd: () => true,
  });

describe.each(["reference", "compiled"] as const)("%s", (engine) => {
  const found = (its: Spec) => check(instantiate(its), { engine });

  test("none: each state is looked at, and nothing rests on a symmetry", () => {
    expect(() => found(lamps())).toThrow(SpecError);
    expect(() => found(lamps("declared"))).toThrow(SpecError);
    const { kind, grounds, statistics } = found(lamps("none"));
    expect(kind).toBe("holds");
    expect(grounds?.symmetry).toBeUndefined();
    expect(statistics).toMatchObject({ distinctStates: 4, unreducedStates: 4n });
  });

  test("a variant does without, one of it inherits that, and another returns to what is declared", () => {
    const all = {
      name: "all",
      because: "the last one too",
      expects: { breaks: ["oneIsOff"] },
    } as const;
    const lit = variant(lamps(), {
      ...all,
      change: { actions: { somebodySwitches: { when: (state, l) => state.light[l] === "off" } } },
    });
    const whole = variant(lit, { ...all, change: { symmetry: "none" } });
    const still = variant(whole, { ...all, change: { fairness: "weak" } });
    const again = variant(still, { ...all, change: { symmetry: "declared" } });
    const figures = [lit, whole, still, again].map((its) => {
      const { kind, statistics } = found(its.spec);
      return [kind, statistics.distinctStates, statistics.unreducedStates];
    });
    expect(figures).toEqual([
      ["violated", 4, 8n],
      ["violated", 8, 8n],
      ["violated", 8, 8n],
      ["violated", 4, 8n],
    ]);
  });
});

test("what is no symmetry is refused, with what was meant", () => {
  expect(() => lamps("nonne" as "none")).toThrow(
    'lamps: the symmetry of a protocol is declared or none, not "nonne"; did you mean none?',
  );
  const changedTo = (symmetry: unknown): unknown =>
    variant(lamps(), {
      name: "one",
      because: "a test",
      change: { symmetry: symmetry as "none" },
      expects: "holds",
    });
  expect(() => changedTo(undefined)).toThrow("declared or none, not undefined.");
  expect(() => changedTo(false)).toThrow("lamps, variant one: the symmetry of a protocol is");
});
