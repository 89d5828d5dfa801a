import { describe, expect, test } from "vitest";
import { check } from "../../checker/index.ts";
import { instantiate } from "../../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  record,
  type Spec,
  SpecError,
  variant,
} from "./index.ts";

/** A protocol file is run without a look at its types: here is what types would have caught. */
// biome-ignore lint/suspicious/noExplicitAny: the point of every case is that its types are wrong
type Wrong = any;

const lamp = interchangeable("lamp", 2);
const words = () =>
  declare({
    constants: { lamps: 2 },
    state: {
      light: each(lamp, oneOf("off", "on")),
      corridor: record({ guests: oneOf("none", "some") }),
    },
  });

/** A corridor that holds, with parts replaced. */
function corridor(replaced: (the: ReturnType<typeof words>) => Wrong = () => ({})): Spec {
  const the = words();
  const switches = the.action("people", {
    forAny: lamp,
    effect: (state, l) => {
      state.light[l] = state.light[l] === "on" ? "off" : "on";
    },
  });
  const lightIsKnown = the.invariant({
    forAny: lamp,
    holds: (state, l) => ["off", "on"].includes(state.light[l]),
  });
  const contents = {
    name: "corridor",
    title: "lamps",
    actions: { switches },
    invariants: { lightIsKnown },
  };
  return the.spec({ ...contents, ...replaced(the) });
}

const verdictOf = (spec: Spec): string => check(instantiate(spec)).kind;

test("the corridor by itself holds", () => {
  expect(verdictOf(corridor())).toBe("holds");
});

describe("what would be ignored is an error instead", () => {
  const cases: Readonly<
    Record<string, readonly [(the: ReturnType<typeof words>) => Wrong, RegExp]>
  > = {
    "a section that is misspelt": [
      () => ({ invariant: {} }),
      /no part of a spec invariant; did you mean invariants/,
    ],
    "a section that is null": [() => ({ invariants: null }), /"invariants" must be a record/],
    "a section that is a function": [
      () => ({ invariants: () => ({}) }),
      /"invariants" must be a record/,
    ],
    "a property in the wrong section": [
      (the) => ({ witnesses: { seen: the.invariant(() => true) } }),
      /seen is listed in witnesses; it is one of the invariants/,
    ],
    "pages that pages(...) did not make": [() => ({ pages: null }), /"pages" must be what pages/],
    "a key of initial": [
      () => ({ initial: { forAll: lamp, effect: () => {} } }),
      /no part forAll; did you mean forAny/,
    ],
    "a name that cannot be typed": [() => ({ name: "My Lamps" }), /kebab-case/],
    "an action that counts for nothing": [
      (the) => ({
        liveness: {
          soon: the.within({ from: () => true, to: () => true, counting: "swiches", atMost: 1 }),
        },
      }),
      /soon counts swiches, which is no action; did you mean switches/,
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [replaced, message]) => {
    expect(() => verdictOf(corridor(replaced))).toThrow(message);
  });

  test("a key of an action, a fairness and a guard that is none", () => {
    const { action } = words();
    const effect = (): void => {};
    expect(() => action("people", { forEach: lamp, effect } as Wrong)).toThrow(
      /no part of an action forEach. There are: forAny/,
    );
    expect(() => action("people", { fairness: "week", effect } as Wrong)).toThrow(/weak, strong/);
    expect(() => action("people", { guard: true, effect } as Wrong)).toThrow(
      /"guard" must be a function/,
    );
    expect(() => action("people", { forAny: "lamp", effect } as Wrong)).toThrow(SpecError);
  });

  test("constants that are neither numbers nor switches, conditions that are none", () => {
    const declared = (more: object): unknown =>
      declare({ constants: { n: 1 }, state: { light: oneOf("off", "on") }, ...more } as Wrong);
    expect(() => declared({ constants: { n: "1" } })).toThrow(/the constant n is "1"/);
    expect(() => declared({ constants: { n: [1] } })).toThrow(/it must be a whole number/);
    const { action, spec } = declared({ where: { "n is small": () => "no" } }) as Wrong;
    const turns = action("people", { effect: () => {} });
    const answered = spec({ name: "x", title: "x", actions: { turns } });
    expect(() => instantiate(answered)).toThrow(/"n is small" answers "no"/);
  });
});

describe("what would read as undefined is an error instead", () => {
  const cases: Readonly<
    Record<string, readonly [(the: ReturnType<typeof words>) => Wrong, RegExp]>
  > = {
    "a constant in an invariant": [
      (the) => ({ invariants: { x: the.invariant((_, c: Wrong) => c.lmaps !== 3) } }),
      /no constant lmaps; did you mean lamps/,
    ],
    "a variable in an invariant": [
      (the) => ({ invariants: { x: the.invariant((s: Wrong) => s.lihgt !== "x") } }),
      /no variable lihgt; did you mean light/,
    ],
    "a field of a record": [
      (the) => ({ invariants: { x: the.invariant((s: Wrong) => s.corridor.gests !== "x") } }),
      /no field gests; did you mean guests/,
    ],
    "a variable in a step property": [
      (the) => ({ stepProperties: { x: the.stepProperty((_, s: Wrong) => s.lihgt !== "x") } }),
      /no variable lihgt/,
    ],
    "a variable in mayEnd": [
      () => ({ mayEnd: (s: Wrong) => s.lihgt !== "x" }),
      /no variable lihgt/,
    ],
    "a variable in an effect": [
      (the) => ({
        actions: {
          x: the.action("people", {
            effect: (s: Wrong) => {
              if (s.lihgt === "on") s.corridor.guests = "some";
            },
          }),
        },
      }),
      /the effect of x: there is no variable lihgt/,
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [replaced, message]) => {
    expect(() => verdictOf(corridor(replaced))).toThrow(message);
  });

  test("an assertion of something that is neither true nor false", () => {
    expect(() => assert("no" as Wrong, "it is off")).toThrow(SpecError);
    expect(() => assert((() => false) as Wrong, "it is off")).toThrow(SpecError);
  });
});

describe("a variant that would change nothing is an error instead", () => {
  const made = (change: Wrong, expects: Wrong = "holds"): unknown =>
    variant(corridor() as Wrong, { name: "v", because: "a test", change, expects });

  const cases: Readonly<Record<string, readonly [Wrong, RegExp]>> = {
    "removed, misspelt": [{ actions: { switches: "remove" } }, /did you mean "removed"/],
    "a part of an action": [{ actions: { switches: { efect: () => {} } } }, /did you mean effect/],
    "a fairness": [{ actions: { switches: { fairness: "weka" } } }, /one of none, weak, strong/],
    "undefined for an action": [{ actions: { switches: undefined } }, /switches is undefined/],
    "a constant": [{ constants: { lmaps: 3 } }, /did you mean lamps/],
    "a part of the change": [{ action: {} }, /did you mean actions/],
    "a property of a name that is taken": [
      { properties: { deadlockFreedom: words().invariant(() => true) } },
      /judged of every protocol/,
    ],
    "an action among the properties": [
      { properties: { x: words().action("people", { effect: () => {} }) } },
      /x is none that declare/,
    ],
    "a list of properties": [{ properties: [words().invariant(() => true)] }, /must be a record/],
  };
  test.each(Object.entries(cases))("%s", (_, [change, message]) => {
    expect(() => made(change)).toThrow(message);
  });

  test("an expectation that is none", () => {
    expect(() => made({}, "hold")).toThrow(/"expects" must say/);
    expect(() => made({}, { breaks: [] })).toThrow(/"expects" must say/);
    expect(() => made({}, { breaks: ["lightIsKnown"], brakes: [] })).toThrow(/no part of expects/);
  });
});
