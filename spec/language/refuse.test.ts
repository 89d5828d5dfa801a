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

/** A claim of `within`, but for what it counts. */
const bound = { from: () => true, to: () => true, atMost: 1 };

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
      (the) => ({ liveness: { soon: the.within({ ...bound, counting: "swiches" }) } }),
      /corridor: soon counts swiches, which is no action; did you mean switches\?/,
    ],
    "an action with the name of a method": [
      (the) => ({ liveness: { soon: the.within({ ...bound, counting: "toString" }) } }),
      /soon counts toString, which is no action\. There are: switches\./,
    ],
    "an idle actor that there is not": [
      (the) => ({
        liveness: { soon: the.within({ ...bound, counting: () => true, idle: ["peple"] }) },
      }),
      /soon has peple idle, which is no actor; did you mean people\?/,
    ],
    "a count of what its idle actor does": [
      (the) => ({
        liveness: { soon: the.within({ ...bound, counting: "switches", idle: ["people"] }) },
      }),
      /soon counts switches, which people does, and has people idle/,
    ],
    "an action that is to be progress": [
      (the) => ({ liveness: { on: the.progress({ of: "people", counting: ["swiches"] }) } }),
      /corridor: on counts swiches, which is no action; did you mean switches\?/,
    ],
    "an actor that there is not": [
      (the) => ({ liveness: { on: the.progress({ of: "peple" }) } }),
      /corridor: on is about peple, which is no actor; did you mean people\?/,
    ],
    "an index set that is no actor": [
      (the) => ({ liveness: { on: the.progress({ of: lamp }) } }),
      /corridor: on is about lamp, which is no actor\. There are: people\./,
    ],
    "progress of nobody": [
      (the) => ({ liveness: { on: the.progress({} as Wrong) } }),
      /progress: "of" must be the name of an actor, or the index set of actors .* is undefined/,
    ],
    "progress that is none": [
      (the) => ({ liveness: { on: the.progress({ of: "people", counting: [] } as Wrong) } }),
      /progress: "counting" must be the name of an action, a list of such names, or a predicate/,
    ],
    "a part of progress": [
      (the) => ({ liveness: { on: the.progress({ of: "people", countin: "switches" } as Wrong) } }),
      /progress: there is no part countin; did you mean counting\?/,
    ],
    "an action that a formula misspells": [
      (the) => ({
        liveness: {
          always: the.temporal({ formula: (f) => f.always(f.not(f.taken("swiches"))) }),
        },
      }),
      /corridor: always speaks of swiches, which is no action; did you mean switches\?/,
    ],
    "a temporal property among the invariants": [
      (the) => ({ invariants: { x: the.temporal({ formula: () => () => true }) } }),
      /x is listed in invariants; it is one of the liveness/,
    ],
    "a fairness of the whole": [
      () => ({ fairness: "week" }),
      /corridor: the fairness of a protocol is none or weak, not week/,
    ],
    "a fairness of the whole that would say nothing more": [
      () => ({ fairness: "strong" }),
      /not strong\. \(Strong would say the same as weak: some step is taken/,
    ],
  };
  test.each(Object.entries(cases))("%s", (_, [replaced, message]) => {
    expect(() => corridor(replaced)).toThrow(SpecError);
    expect(() => corridor(replaced)).toThrow(message);
  });

  test("actors of an index set make progress by the set, and one by its name", () => {
    const { action, progress, spec } = words();
    const burns = action(lamp, { effect: () => {} });
    const its = (of: "lamp" | typeof lamp): unknown =>
      spec({
        name: "lamps",
        title: "lamps",
        actions: { burns },
        liveness: { on: progress({ of }) },
      });
    expect(() => its(lamp)).not.toThrow();
    expect(() => its("lamp")).toThrow(
      /on is about lamp, which is an actor for each element; give the index set itself/,
    );
  });

  test("an idle actor of an index set goes by the name of the set", () => {
    const { action, spec, within } = words();
    const burns = action(lamp, { effect: () => {} });
    const idle = (counting: string | (() => boolean)): unknown =>
      spec({
        name: "lamps",
        title: "lamps",
        actions: { burns },
        liveness: { soon: within({ ...bound, counting, idle: ["lamp"] }) },
      });
    expect(() => idle(() => true)).not.toThrow();
    expect(() => idle("burns")).toThrow(/soon counts burns, which lamp does, and has lamp idle/);
  });

  test("a part of within, and a part that is none", () => {
    const { within } = words();
    const given = (more: Wrong) => () => within({ ...bound, counting: "switches", ...more });
    expect(given({ idel: [] })).toThrow(/no part idel; did you mean idle/);
    expect(given({ counting: 3 })).toThrow(/"counting" must be the name of an action or a pred/);
    expect(given({ counting: undefined })).toThrow(/and is a undefined/);
    expect(given({ idle: "people" })).toThrow(/"idle" must be a list/);
    expect(given({ idle: [lamp] })).toThrow(/"idle" must be a list/);
    for (const atMost of [undefined, -1, 0.5, "1", Number.NaN, Number.POSITIVE_INFINITY])
      expect(given({ atMost })).toThrow(/"atMost" must be a whole number, 0 or more, or a func/);
    for (const atMost of [0, () => 1]) expect(given({ atMost })).not.toThrow();
  });

  test("a formula that is none", () => {
    const { invariant, temporal } = words();
    const given = (formula: Wrong) => () => temporal({ formula });
    expect(() => temporal({} as Wrong)).toThrow(/temporal has no "formula"/);
    expect(() => temporal({ formula: () => () => true, when: () => true } as Wrong)).toThrow(
      /no part when/,
    );
    expect(() => temporal({ forAny: "lamp", formula: () => () => true } as Wrong)).toThrow(
      SpecError,
    );
    expect(given((f: Wrong) => f.always(() => true))).not.toThrow();
    const cases: readonly (readonly [Wrong, RegExp])[] = [
      [{ kind: "now", holds: () => true }, /"formula" must be a function, and is a object/],
      [() => undefined, /"formula" of temporal must be a formula or a predicate, and is undefined/],
      [(state: Wrong) => state.corridor === "x", /must be a formula or a predicate, and is false/],
      [() => ({ kind: "now", holds: () => true }), /"formula" of temporal .* is another record/],
      [(f: Wrong) => f.not(invariant(() => true)), /not\(\.\.\.\) must be .* is another record/],
      [(f: Wrong) => f.eventually("switches"), /eventually\(\.\.\.\) must be .* and is "switches"/],
      [(f: Wrong) => f.not(null), /not\(\.\.\.\) must be a formula or a predicate, and is null/],
      [(f: Wrong) => f.always(), /always\(\.\.\.\) takes one formula, and got 0/],
      [(f: Wrong) => f.next(f.taken("a"), f.taken("b")), /next\(\.\.\.\) takes one formula, and/],
      [(f: Wrong) => f.until(() => true), /until\(\.\.\.\) takes 2 formulas, and got 1/],
      [(f: Wrong) => f.weakUntil(), /weakUntil\(\.\.\.\) takes 2 formulas, and got 0/],
      [(f: Wrong) => f.implies(f.and(() => true)), /implies\(\.\.\.\) takes 2 formulas/],
      [(f: Wrong) => f.and(), /and\(\.\.\.\) takes one formula or more, and got none/],
      [(f: Wrong) => f.or(() => true, undefined), /or\(\.\.\.\) must be .* and is undefined/],
      [(f: Wrong) => f.taken(), /taken\(\.\.\.\) takes the name of one action/],
      [(f: Wrong) => f.taken("switches", 1), /taken\(\.\.\.\) takes the name of one action/],
    ];
    for (const [formula, message] of cases) {
      expect(given(formula)).toThrow(SpecError);
      expect(given(formula)).toThrow(message);
    }
  });

  test("a key of an action, a fairness and a condition that is none", () => {
    const { action } = words();
    const effect = (): void => {};
    expect(() => action("people", { forEach: lamp, effect } as Wrong)).toThrow(
      /no part of an action forEach. There are: forAny/,
    );
    expect(() => action("people", { fairness: "week", effect } as Wrong)).toThrow(/weak, strong/);
    expect(() => action("people", { when: true, effect } as Wrong)).toThrow(
      /"when" must be a function/,
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
        mayEnd: () => true,
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
    const isOff = declare({ state: {} }).assertion("it is off");
    expect(() => assert("no" as Wrong, isOff)).toThrow(SpecError);
    expect(() => assert((() => false) as Wrong, isOff)).toThrow(SpecError);
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
    "a fairness of the whole": [{ fairness: "strong" }, /variant v: .* none or weak, not strong/],
    "undefined for the fairness of the whole": [{ fairness: undefined }, /not undefined/],
    "an action that a new property misspells": [
      { properties: { x: words().temporal({ formula: (f) => f.taken("swiches") }) } },
      /x speaks of swiches, which is no action; did you mean switches/,
    ],
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
