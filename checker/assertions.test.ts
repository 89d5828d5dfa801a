/** How an assertion could be told to hold that does not, or that nobody asserts; both engines say the same of each. */
import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
  SpecError,
  variant,
} from "../spec/index.ts";
import { comparable, engines } from "../toys/compared.ts";
import { check } from "./check.ts";
import { minimise } from "../counterexamples/index.ts";
import { explore } from "./random/index.ts";
import type { CheckOptions } from "./options.ts";
import type { Verdict } from "./verdict.ts";

// biome-ignore lint/suspicious/noExplicitAny: what types refuse
type Wrong = any;

const named = { name: "stairs", title: "a climber, floor by floor" };
const because = "a test wants it";

const page = interchangeable("page", 3);
const words = declare({
  constants: { top: 9 },
  state: {
    at: range(0, 99),
    light: oneOf("off", "on"),
    word: each(page, oneOf("clean", "dirty")),
  },
});
const { action, assertion, invariant, spec, type } = words;
type Draft = typeof type.draft;

const isLow = assertion("the climber is low");
const isDark = assertion("it is dark");
const climb = (state: Draft): void => {
  state.at += 1;
};
const isBelow = (state: { readonly at: number }, top: number): boolean => state.at < top;
const mayEnd = (): boolean => true;

/** Climbs to the top; what is asserted on each step comes before it. */
const climbs = (asserts: (state: Draft) => void = () => {}) =>
  action("climber", {
    when: (state, { top }) => isBelow(state, top),
    effect: (state) => {
      asserts(state);
      climb(state);
    },
  });

/** What both engines say. */
function agreed(its: Spec, options: CheckOptions = {}): Verdict {
  const [reference, compiled] = engines.map((engine) =>
    comparable(engine, instantiate(its), options),
  );
  expect(compiled).toEqual(reference);
  return check(instantiate(its), { ...options, engine: "compiled", audit: "all" });
}

/** Of each assertion its status, with the length of its trace. */
const answers = ({ properties }: Verdict): Readonly<Record<string, string>> =>
  Object.fromEntries(
    properties.flatMap(({ kind, name, status, trace }) =>
      kind === "assertion"
        ? [[name, trace === undefined ? status : `${status} after ${trace.steps.length}`]]
        : [],
    ),
  );

const faults = (its: () => Spec, message: RegExp): void => {
  for (const engine of engines) {
    expect(() => check(instantiate(its()), { engine })).toThrow(SpecError);
    expect(() => check(instantiate(its()), { engine })).toThrow(message);
  }
};

describe("an assertion that is never evaluated", () => {
  const never = climbs((state) => {
    if (state.at > 50) assert(state.light === "off", isDark);
  });

  test("does not hold, and what asks for it is vacuous", () => {
    const whole = spec({ ...named, actions: { never }, assertions: { isDark }, mayEnd });
    const verdict = agreed(whole);
    expect(answers(verdict)).toEqual({ isDark: "vacuous" });
    expect(verdict).toMatchObject({ kind: "vacuous", property: { name: "isDark" } });
    expect(agreed(whole, { properties: ["isDark"] }).kind).toBe("vacuous");
  });

  test("is not asked of an instance that is smaller than it says", () => {
    const high = assertion("it is dark up there", { seenFrom: { top: 60 } });
    const looks = climbs((state) => {
      if (state.at > 50) assert(state.light === "off", high);
    });
    const whole = spec({ ...named, actions: { looks }, assertions: { high }, mayEnd });
    expect(answers(agreed(whole))).toEqual({ high: "not asked" });
    const large = instantiate(whole, { constants: { top: 60 } });
    expect(answers(check(large))).toEqual({ high: "holds" });
  });

  test("was not evaluated where the protocol begins", () => {
    const initial = (state: Draft): void => {
      assert(state.light === "off", isDark);
    };
    const whole = spec({
      ...named,
      initial,
      actions: { climbs: climbs() },
      assertions: { isDark },
      mayEnd,
    });
    expect(answers(agreed(whole))).toEqual({ isDark: "vacuous" });
  });

  test("was not evaluated behind one that fails before it", () => {
    const both = climbs((state) => {
      assert(state.at > 50, isLow);
      assert(state.light === "off", isDark);
    });
    const whole = spec({ ...named, actions: { both }, assertions: { isDark, isLow }, mayEnd });
    expect(answers(agreed(whole))).toEqual({ isDark: "undecided", isLow: "violated after 1" });
  });

  test("is told from one that is evaluated once, far away, and in a callback", () => {
    const late = climbs((state) => {
      if (state.at === 49) {
        state.word.forEach((word) => {
          if (word === "clean") assert(state.light === "off", isDark);
        });
      }
    });
    const whole = spec({ ...named, actions: { late }, assertions: { isDark }, mayEnd });
    for (const [top, status] of [
      [49, "vacuous"],
      [50, "holds"],
    ] as const) {
      for (const engine of engines) {
        const verdict = check(instantiate(whole, { constants: { top } }), { engine });
        expect(answers(verdict)).toEqual({ isDark: status });
      }
    }
  });
});

describe("an assertion that fails", () => {
  test("in a helper of several actions is told by the shortest way, whichever action it is of", () => {
    const helper = (state: Draft): void => assert(state.at < 3, isLow, { floor: state.at });
    const jumps = action("climber", {
      when: (state) => state.at === 0,
      effect: (state) => {
        helper(state);
        state.at = 5;
      },
    });
    const actions = { climbs: climbs(helper), jumps };
    const verdict = agreed(spec({ ...named, actions, assertions: { isLow }, mayEnd }));
    expect(answers(verdict)).toEqual({ isLow: "violated after 2" });
    const labels = verdict.properties[0]?.trace?.steps.map(({ step }) => step.label);
    expect(labels).toEqual(["jumps", "climbs"]);
  });

  test("beside another in the same step is the first of them; the other is told where it fails itself", () => {
    const both = climbs((state) => {
      if (state.at !== 5) assert(state.at < 3, isLow);
      assert(state.at < 3, isDark);
    });
    const jumps = action("climber", {
      when: (state) => state.at === 0,
      effect: (state) => {
        state.at = 4;
      },
    });
    const onwards = action("climber", {
      when: (state) => state.at === 4,
      effect: climb,
    });
    const assertions = { isDark, isLow };
    const verdict = agreed(
      spec({ ...named, actions: { both, jumps, onwards }, assertions, mayEnd }),
    );
    expect(answers(verdict)).toEqual({ isDark: "violated after 3", isLow: "violated after 2" });
    expect(verdict).toMatchObject({ property: { kind: "assertion", name: "isLow" } });
  });

  test("after as many steps as another is told in the order of the spec", () => {
    const low = climbs((state) => assert(state.at < 2, isLow));
    const dark = climbs((state) => assert(state.at < 2, isDark));
    for (const assertions of [
      { isDark, isLow },
      { isLow, isDark },
    ]) {
      const verdict = agreed(spec({ ...named, actions: { low, dark }, assertions, mayEnd }));
      expect(verdict).toMatchObject({ property: { name: Object.keys(assertions)[0] } });
      expect(answers(verdict)).toEqual({ isDark: "violated after 3", isLow: "violated after 3" });
    }
  });

  test("leaves whatever else is asked by name undecided, other assertions as well", () => {
    const both = climbs((state) => {
      assert(state.light === "off", isDark);
      assert(state.at < 3, isLow);
    });
    const whole = spec({
      ...named,
      actions: { both },
      invariants: { isBelow4: invariant((state) => state.at < 4) },
      assertions: { isDark, isLow },
      mayEnd,
    });
    expect(agreed(whole, { properties: ["isLow"] })).toMatchObject({
      kind: "violated",
      properties: [{ name: "isLow" }],
    });
    for (const name of ["isDark", "isBelow4"]) {
      expect(agreed(whole, { properties: [name] })).toMatchObject({
        kind: "incomplete",
        reason: "an assertion fails",
        properties: [{ name, status: "undecided" }],
      });
    }
  });

  test("fails also where the effect catches it, or throws something else behind it", () => {
    for (const thrown of [undefined, new Error("another")]) {
      const hides = climbs((state) => {
        try {
          assert(state.at < 3, isLow);
        } catch {
          if (thrown !== undefined) throw thrown;
        }
      });
      const whole = spec({ ...named, actions: { hides }, assertions: { isLow }, mayEnd });
      expect(answers(agreed(whole))).toEqual({ isLow: "violated after 4" });
    }
  });

  test("is found by random runs, and shrunk as that one", () => {
    const both = climbs((state) => {
      assert(state.at < 4, isLow);
      assert(state.at < 6, isDark);
    });
    const lights = action("climber", {
      effect: (state) => {
        state.light = state.light === "on" ? "off" : "on";
      },
    });
    const assertions = { isLow, isDark };
    const model = instantiate(spec({ ...named, actions: { both, lights }, assertions }));
    const verdict = explore(model);
    expect(verdict).toMatchObject({ kind: "violated", property: { name: "isLow" } });
    if (verdict.kind !== "violated") return;
    expect(minimise(model, verdict.property, verdict.trace).steps).toHaveLength(5);
  });
});

describe("under symmetry", () => {
  const soils = action("guest", {
    forAny: page,
    when: (state, p) => state.word[p] === "clean",
    effect: (state, p) => {
      assert(
        state.word.some((word, other) => other !== p && word === "clean"),
        isLow,
        { page: p },
      );
      state.word[p] = "dirty";
    },
  });

  test("orbits and states say the same of it", () => {
    const whole = spec({ ...named, actions: { soils }, assertions: { isLow }, mayEnd });
    for (const symmetry of [true, false]) {
      for (const engine of engines) {
        const verdict = check(instantiate(whole, { symmetry }), { engine });
        expect(answers(verdict)).toEqual({ isLow: "violated after 3" });
        expect(verdict.note).toBeUndefined();
        if (symmetry) expect(verdict.grounds?.symmetry?.kind).toBe("proved");
      }
    }
  });

  test("which of several it is must not depend on the element", () => {
    const tells = action("guest", {
      forAny: page,
      when: (state) => state.at === 0,
      effect: (_, p) => assert(false, Number(p) === 0 ? isLow : isDark),
    });
    const assertions = { isLow, isDark };
    const whole = spec({ ...named, actions: { tells }, assertions, mayEnd });
    expect(() => check(instantiate(whole), { engine: "reference" })).toThrow(/interchangeable/);
    expect(check(instantiate(whole)).note).toMatch(/interchangeable/); // beside what it had found
  });
});

describe("a variant", () => {
  const base = spec({
    ...named,
    actions: { climbs: climbs((state) => assert(state.at < 3, isLow)) },
    assertions: { isLow },
    mayEnd,
  });

  test("may add one behind an effect, in a row that its base has not", () => {
    const { spec: whole } = variant(base, {
      name: "adds",
      because,
      change: ({ assertion: claims }) => {
        const staysDark = claims("it stays dark");
        return {
          actions: {
            climbs: {
              afterwards: (draft, before) =>
                assert(draft.at === before.at + 1 && before.at < 2, staysDark),
            },
          },
          properties: { staysDark },
        };
      },
      expects: { breaks: ["staysDark"] },
    });
    expect(answers(agreed(whole))).toEqual({ isLow: "undecided", staysDark: "violated after 3" });
    expect(answers(agreed(base))).toEqual({ isLow: "violated after 4" });
  });

  test("may remove one: nobody claims it any more, and the step is taken", () => {
    const { spec: whole } = variant(base, {
      name: "removes",
      because,
      change: { properties: { isLow: "removed" } },
      expects: "holds",
    });
    const verdict = agreed(whole);
    expect(verdict.kind).toBe("holds");
    expect(verdict.statistics.depth).toBe(10);
    expect(answers(verdict)).toEqual({});
  });

  test("may put another in its place, which nobody asserts yet", () => {
    const { spec: whole } = variant(base, {
      name: "replaces",
      because,
      change: { properties: { isLow: isDark } },
      expects: "holds",
    });
    expect(answers(agreed(whole))).toEqual({ isLow: "vacuous" });
  });

  test("may leave out the step: then nobody asserts it", () => {
    const { spec: whole } = variant(base, {
      name: "leaves-out",
      because,
      change: { actions: { climbs: { effect: climb } } },
      expects: "holds",
    });
    expect(answers(agreed(whole))).toEqual({ isLow: "vacuous" });
  });

  test("is refused where it expects one that there is not", () => {
    const expects = { breaks: ["isLwo"] } as const;
    expect(() => variant(base, { name: "x", because, change: {}, expects })).toThrow(
      /did you mean isLow\?/,
    );
  });
});

describe("what is no assertion is refused", () => {
  const asserting = (asserts: (state: Draft) => void) => () =>
    spec({ ...named, actions: { climbs: climbs(asserts) }, assertions: { isLow }, mayEnd });

  test("one that the protocol does not list, also where it would hold", () => {
    faults(
      asserting((state) => assert(state.light === "off", isDark)),
      /asserts "it is dark", which the protocol does not list/,
    );
  });

  test("a text, or a copy", () => {
    for (const wrong of ["isLow", { ...isLow }, undefined, null, isLow.claim]) {
      faults(
        asserting(() => assert(true, wrong as Wrong)),
        /assert\(\.\.\.\) takes a condition and what assertion/,
      );
    }
  });

  test("values that are no record", () => {
    faults(
      asserting(() => assert(true, isLow, ["at"] as Wrong)),
      /the values are .*; they must be a record/,
    );
  });

  test("where no effect runs: in a condition, a property, or where the protocol may end", () => {
    const asserts = (holds: boolean): boolean => {
      assert(holds, isLow);
      return true;
    };
    for (const holds of [true, false]) {
      const looks = action("climber", { when: () => asserts(holds), effect: climb });
      const common = { ...named, assertions: { isLow }, mayEnd };
      const message = /only an effect asserts/;
      faults(() => spec({ ...common, actions: { looks } }), message);
      const claim = invariant(() => asserts(holds));
      faults(
        () => spec({ ...common, actions: { climbs: climbs() }, invariants: { claim } }),
        message,
      );
      faults(() => spec({ ...common, actions: {}, mayEnd: () => asserts(holds) }), message);
    }
  });

  test("two names for one, a name twice, and the name of what is judged anyway", () => {
    const actions = { climbs: climbs() };
    const listing =
      (assertions: Wrong, more: Wrong = {}) =>
      (): Spec =>
        spec({ ...named, actions, assertions, ...more });
    expect(listing({ isLow, itIsLow: isLow })).toThrow(/isLow and itIsLow are one assertion/);
    const invariants = { isLow: invariant(() => true) };
    expect(listing({ isLow }, { invariants })).toThrow(/two properties are called isLow/);
    expect(listing({ deadlockFreedom: isLow })).toThrow(SpecError);
    expect(listing({ isLow: invariant(() => true) })).toThrow(/one of the invariants/);
    expect(listing({}, { invariants: { isLow } })).toThrow(/it is one of the assertions/);
    expect(listing(undefined, { assertion: { isLow } })).toThrow(/did you mean assertions\?/);
  });

  test("no claim in words, or parts that it has not", () => {
    for (const wrong of ["", "  ", undefined, () => true, 3]) {
      expect(() => assertion(wrong as Wrong)).toThrow(/takes what is claimed, in words/);
    }
    expect(() => assertion("it is so", { seenfrom: { top: 3 } } as Wrong)).toThrow(
      /did you mean seenFrom\?/,
    );
  });

  test("an effect that no protocol runs asserts all the same", () => {
    expect(() => assert(false, isLow)).toThrow("the climber is low");
    expect(() => assert(true, isLow)).not.toThrow();
  });
});
