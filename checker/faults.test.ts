import { describe, expect, test } from "vitest";
import { instantiate } from "../model/index.ts";
import {
  assert,
  buddies,
  declare,
  each,
  interchangeable,
  oneOf,
  optional,
  ordered,
  range,
  record,
  sequence,
  type Spec,
  SpecError,
  subset,
  variant,
} from "../spec/index.ts";
import { check } from "./check.ts";
import { engines } from "../toys/compared.ts";
import { oneIn } from "../toys/share.ts";

/*
 * The user's fault is said as the user's fault: whatever a function of a spec throws or answers, and whatever
 * stands where the language expects its own, the error is a `SpecError` that names the place.
 */

// biome-ignore lint/suspicious/noExplicitAny: the point of every case is that its types are wrong
type Wrong = any;
type Ask = (...all: never[]) => Wrong;

const fails = (what: unknown): never => {
  throw what;
};
const untouchable = (): object =>
  new Proxy(Object.create(null) as object, {
    get: () => fails(new Error("untouchable")),
    has: () => fails(new Error("untouchable")),
    ownKeys: () => fails(new Error("untouchable")),
    getPrototypeOf: () => fails(new Error("untouchable")),
    getOwnPropertyDescriptor: () => fails(new Error("untouchable")),
  });
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const errorWith = (key: string, property: PropertyDescriptor): Error =>
  Object.defineProperty(new Error("an error"), key, property);
const deep = (levels: number): object => {
  let value: object = {};
  for (let level = 0; level < levels; level++) value = { value };
  return value;
};

type Cases = Readonly<Record<string, () => unknown>>;

/** What a function may throw. */
const thrown: Cases = {
  "an error": () => new Error("an error"),
  "a text": () => "a text",
  "a huge text": () => "x".repeat(1_000_000),
  "an error with a huge text": () => new Error("x".repeat(1_000_000)),
  null: () => null,
  undefined: () => undefined,
  "a number": () => Number.NaN,
  "a bigint": () => 2n ** 70n,
  "a symbol": () => Symbol("thrown"),
  "a function": () => () => {},
  "a list": () => [1, [2]],
  "a set": () => new Set([1]),
  "a promise": () => Promise.resolve(),
  "an object without a prototype": () => Object.create(null) as object,
  "a circle": () => {
    const circle: Record<string, unknown> = {};
    circle["itself"] = circle;
    return circle;
  },
  "something deep": () => deep(20_000),
  "a getter that throws": () => ({
    get message() {
      return fails(null);
    },
  }),
  "an object that cannot be asked": untouchable,
  "a proxy that was revoked": revoked,
  "a text of its own that throws": () => ({ toString: () => fails(1), toJSON: () => fails(2) }),
  "an error whose message throws": () => errorWith("message", { get: () => fails(null) }),
  "an error whose message is none": () => errorWith("message", { value: { toString: null } }),
  "an error whose name throws": () => errorWith("name", { get: () => fails(null) }),
  "an error whose stack throws": () => errorWith("stack", { get: () => fails(null) }),
  "an error whose stack is none": () => errorWith("stack", { value: Symbol("stack") }),
  "an error whose text throws": () => errorWith("toString", { value: () => fails(null) }),
  "an error whose cause throws": () => errorWith("cause", { get: () => fails(null) }),
  "an error that is its own cause": () => {
    const error = new Error("a circle");
    error.cause = error;
    return error;
  },
  "an error of a class that hides it": () =>
    new (class extends SpecError {
      override get message(): string {
        return fails(null);
      }
    })("hidden"),
};

/** What neither a predicate nor a size may answer. */
const answered: Cases = {
  "not a number": () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  "2^53": () => 2 ** 53,
  "a fraction": () => 1.5,
  "less than nothing": () => -1,
  "a bigint": () => 2n,
  "a text": () => "3",
  "a huge text": () => "3".repeat(1_000_000),
  null: () => null,
  undefined: () => undefined,
  "a symbol": () => Symbol("answer"),
  "a function": () => () => 1,
  "a list": () => [1],
  "a promise": () => Promise.resolve(1),
  "an object without a prototype": () => Object.create(null) as object,
  "an object that cannot be asked": untouchable,
  "a proxy that was revoked": revoked,
  "a number of its own": () => ({ valueOf: () => fails(null) }),
};

const page = ordered("page", 2);
const the = declare({
  constants: { most: 1 },
  state: { at: each(page, oneOf("here", "there")), turn: oneOf("on", "off") },
});
const turns = the.action("clock", {
  effect: (state) => {
    state.turn = state.turn === "on" ? "off" : "on";
  },
});
const toy = (contents: Wrong): Spec =>
  the.spec({ name: "toy", title: "a toy", actions: { turns }, ...contents });
const holds = (): boolean => true;

/** Predicates of a spec, by what an error calls them. */
const predicates: Readonly<Record<string, (ask: Ask) => Spec>> = {
  "the condition of acts": (when) =>
    toy({ actions: { acts: the.action("clock", { when, effect: () => {} } as Wrong) } }),
  "the condition of acts(1)": (ask) =>
    toy({
      actions: {
        turns,
        acts: the.action("clock", {
          forAny: page,
          when: (_state: unknown, p: Wrong) => p === 0 || (ask as Wrong)(),
          effect: () => {},
        } as Wrong),
      },
    }),
  "the condition of the initial state": (when) => toy({ initial: { when, effect: () => {} } }),
  "property invariant": (ask) => toy({ invariants: { invariant: the.invariant(ask as Wrong) } }),
  "property in a callback": (ask) => {
    const claim = (state: Wrong): Wrong => {
      for (const word of state.at) if (word === "here") return (ask as Wrong)();
    };
    return toy({ invariants: { "in a callback": the.invariant(claim) } });
  },
  "property when": (when) => toy({ invariants: { when: the.invariant({ when, holds } as Wrong) } }),
  "property of pages": (ask) =>
    toy({ invariants: { "of pages": the.invariant({ forAny: page, holds: ask } as Wrong) } }),
  "property step": (ask) => toy({ stepProperties: { step: the.stepProperty(ask as Wrong) } }),
  "property stepWhen": (when) =>
    toy({ stepProperties: { stepWhen: the.stepProperty({ when, holds } as Wrong) } }),
  "property witness": (ask) => toy({ witnesses: { witness: the.witness(ask as Wrong) } }),
  "property from": (from) => toy({ liveness: { from: the.leadsTo({ from, to: holds } as Wrong) } }),
  "property to": (to) => toy({ liveness: { to: the.leadsTo({ from: holds, to } as Wrong) } }),
  "property again": (ask) => toy({ liveness: { again: the.alwaysEventually(ask as Wrong) } }),
  "property stays": (ask) => toy({ liveness: { stays: the.eventuallyAlways(ask as Wrong) } }),
  "property back": (to) => toy({ liveness: { back: the.recoverable({ to } as Wrong) } }),
  "property counted": (counting) =>
    toy({
      liveness: { counted: the.within({ from: holds, to: holds, counting, atMost: 1 } as Wrong) },
    }),
  "property formula": (ask) =>
    toy({ liveness: { formula: the.temporal({ formula: (f) => f.always(ask as Wrong) }) } }),
  mayEnd: (mayEnd) =>
    toy({
      actions: { never: the.action("clock", { when: () => false, effect: () => {} }) },
      mayEnd,
    }),
  "property pageStepIsLegal": (state) =>
    toy({ pages: the.pages({ forEach: page, state: state as Wrong }) }),
  "property discardIsPermitted": (discarded) =>
    toy({
      pages: the.pages({ forEach: page, state: () => "free", discarded: discarded as Wrong }),
    }),
  'the condition "it fits"': (where) =>
    declare({ constants: {}, where: { "it fits": where as Wrong }, state: {} }).spec({
      name: "toy",
      title: "a toy",
      actions: {},
    }),
};

/** Effects. */
const effects: Readonly<Record<string, (ask: Ask) => Spec>> = {
  "the effect of acts": (effect) =>
    toy({ actions: { acts: the.action("clock", { effect } as Wrong) } }),
  "the effect of late": (ask) =>
    toy({
      actions: {
        late: the.action("clock", {
          effect: (state: Wrong) => {
            if (state.turn === "off") (ask as Wrong)();
            state.turn = "off";
          },
        }),
      },
    }),
  "the initial state": (initial) => toy({ initial }),
};

const sized = (state: Wrong): Spec => {
  const its = declare({ constants: { most: 1 }, state });
  const waits = its.action("clock", { effect: () => {} });
  return its.spec({ name: "toy", title: "a toy", actions: { waits } });
};
const chosen = (forAny: Wrong): Spec =>
  toy({ actions: { acts: the.action("clock", { forAny, effect: () => {} } as Wrong) } });

/** Sizes and bounds. */
const sizes: Readonly<Record<string, (size: Wrong) => Spec>> = {
  'The size of "set"': (size) => sized({ at: each(ordered("set", size), oneOf("a")) }),
  'The size of "members"': (size) => sized({ at: subset(ordered("members", size)) }),
  'The size of "element"': (size) => sized({ at: ordered("element", size) }),
  'The size of "maybe"': (size) => sized({ at: optional(ordered("maybe", size)) }),
  'The size of "alike"': (size) => sized({ at: each(interchangeable("alike", size), oneOf("a")) }),
  'The size of the trees of "frame"': (trees) =>
    sized({ at: each(buddies("frame", { levels: 1, trees }), oneOf("a")) }),
  'The size of "choice"': (size) => chosen(ordered("choice", size)),
  "The size of the sequence at the state.list": (max) => sized({ list: sequence(oneOf("a"), max) }),
  "The size of atMost of late of toy": (atMost) =>
    toy({
      liveness: {
        late: the.within({
          from: (state: Wrong) => state.turn === "on",
          to: () => false,
          counting: "turns",
          atMost: typeof atMost === "function" ? atMost : () => atMost,
        } as Wrong),
      },
    }),
  "ange of the state.count": (max) => sized({ count: range(0, max) }),
  "ange of the state.low": (min) => sized({ low: range(min, 3) }),
  "ange of the state.deep.count": (max) => sized({ deep: record({ count: range(0, max) }) }),
  "ange of a choice": (max) => chosen(range(0, max)),
};

/** The error that a spec comes to, which must be its own. */
function faultOf(make: () => Spec, engine: (typeof engines)[number]): string {
  try {
    const { kind } = check(instantiate(make()), { engine });
    return `no error: ${kind}`;
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    return `an error of ours: ${error instanceof Error ? String(error.stack) : typeof error}`;
  }
}

/** Of these the compiled engine is asked as well: it finds each place by itself, and leaves the rest to the other. */
const both: readonly string[] = [
  "null",
  "an object that cannot be asked",
  "an error whose message throws",
  "an error of a class that hides it",
  "a huge text",
  "a promise",
];

/** Of sizes each case is tried; of what else a spec may call, some in an ordinary run. */
const someOf = (cases: Cases): Cases => Object.fromEntries(oneIn(3, Object.entries(cases)));

/** Throws unless every case is told, shortly, with the place. */
function expectNamed(cases: Cases, make: (of: () => unknown) => Spec, place: string): void {
  for (const engine of engines) {
    for (const [name, its] of Object.entries(cases)) {
      if (engine === "compiled" && !both.includes(name)) continue;
      const message = faultOf(() => make(its), engine);
      expect(message, `${name}, ${engine}`).toContain(place);
      expect(message, `${name}, ${engine}`).not.toMatch(/^(no error|an error of ours)/);
      expect(message.length, `${name}, ${engine}`).toBeLessThan(4500);
    }
  }
}

describe.each(oneIn(7, Object.entries({ ...predicates, ...effects })))("%s", (place, make) => {
  test("is named where it throws, whatever it throws", () => {
    expectNamed(someOf(thrown), (its) => make(() => fails(its())), place);
  });
});

describe.each(oneIn(7, Object.entries(predicates)))("%s", (place, make) => {
  test("is named where it answers neither true nor false", () => {
    expectNamed(someOf(answered), (its) => make(its as Ask), place);
  });
});

describe.each(oneIn(13, Object.entries(sizes)))("%s", (place, make) => {
  test("is named where its function throws, whatever it throws", () => {
    expectNamed(thrown, (its) => make(() => fails(its())), place);
  });

  test("is named where its function answers nonsense", () => {
    const { "less than nothing": _negative, ...always } = answered;
    expectNamed(place.startsWith("ange") ? always : answered, (its) => make(its), place);
  });
});

describe("what an effect sets", () => {
  const sets = (value: () => unknown) => (): Spec =>
    toy({
      actions: {
        acts: the.action("clock", {
          effect: (state: Wrong) => {
            state.turn = value();
          },
        } as Wrong),
      },
    });
  const { "a proxy that was revoked": _revoked, ...values } = { ...answered, ...thrown };
  const all = {
    ...values,
    "a getter that throws": () => ({
      get turn() {
        return fails(null);
      },
    }),
  };

  test.each(Object.entries(all))("%s is refused with the name of the effect", (_name, value) => {
    for (const engine of engines) {
      expect(faultOf(sets(value), engine)).toMatch(/^toy: .*\bacts\b/);
    }
  });
});

describe("constants that are none", () => {
  const spec = (): Spec => sized({ count: range(0, ({ most }: { most: number }) => most) });

  test.each(Object.entries(answered))("%s", (_name, value) => {
    const given = (): Spec => {
      instantiate(spec(), { constants: { most: value() as number } });
      return spec();
    };
    expect(faultOf(given, "compiled")).toMatch(/^toy: most is a whole number|has the bound/);
  });

  test.each([2 ** 53 - 1, 2 ** 32, 2 ** 31, 2 ** 21])("%d is too large, and told so", (most) => {
    const byMost = ({ most: its }: { most: number }): number => its;
    const specs = [
      () => sized({ count: range(0, byMost) }),
      () => sized({ at: each(ordered("set", byMost), oneOf("a")) }),
      () => sized({ at: subset(interchangeable("set", byMost)) }),
      () => sized({ at: each(buddies("frame", { levels: 16, trees: byMost }), oneOf("a")) }),
      () => sized({ list: sequence(oneOf("a"), byMost) }),
      () => chosen([range(0, byMost), range(0, byMost)]),
      () => chosen([range(0, 3000), range(0, 3000)]),
      () => sized({ at: each(ordered("a", 2000), each(ordered("b", 2000), oneOf("a"))) }),
    ];
    for (const make of specs) {
      const given = (): Spec => {
        instantiate(make(), { constants: { most } });
        return make();
      };
      expect(faultOf(given, "compiled")).toMatch(/may be \d+|has more than|may have \d+|there may/);
    }
  });
});

describe("nesting of 20,000", () => {
  const times = <T>(first: T, wrap: (inner: T) => T): T => {
    let value = first;
    for (let level = 0; level < 20_000; level++) value = wrap(value);
    return value;
  };
  const one = ordered("one", 1);
  const cases: Readonly<Record<string, () => Wrong>> = {
    "of each": () => times(oneOf("a") as Wrong, (of) => each(one, of)),
    "of records": () => times(oneOf("a") as Wrong, (of) => record({ of })),
    "of sequences": () => times(oneOf("a") as Wrong, (of) => sequence(of, 1)),
    "of optional values": () => times(oneOf("a") as Wrong, (of) => optional(of)),
    "of choices": () => chosen(Array.from({ length: 20_000 }, () => one)),
    "of lists of choices": () => chosen(times([] as Wrong, (of) => [of])),
    "of a formula": () =>
      the.temporal({ formula: (f) => times(f.not(holds) as Wrong, (of) => f.next(of)) }),
    "of a formula that is joined": () =>
      the.temporal({
        formula: (f) =>
          Reflect.apply(
            f.and,
            undefined,
            Array.from({ length: 20_000 }, () => holds),
          ),
      }),
  };

  test.each(Object.entries(cases))("%s is refused", (_name, make) => {
    expect(make).toThrow(SpecError);
    expect(make).toThrow(/nested more than|there may be|neither a domain|too many/);
  });

  test("of calls in a condition names the condition", () => {
    const calls = (): boolean => calls();
    for (const engine of engines) {
      expect(faultOf(() => (predicates["the condition of acts"] as Wrong)(calls), engine)).toMatch(
        /^toy: the condition of acts\(\) fails: Maximum call stack/,
      );
    }
  });
});

describe("what only looks like a part of the language is refused where it is used", () => {
  const forged = { kind: "index set", name: "page", size: 2, exchange: { kind: "ordered" } };
  const strangers: readonly Wrong[] = [
    null,
    3,
    "page",
    forged,
    { ...page, label: () => fails(null) },
    { kind: "domain", shape: { kind: "words", words: null } },
    { kind: "action", choices: null },
    { kind: "spec" },
    Object.create(null),
    untouchable(),
    Promise.resolve(page),
    () => page,
  ];
  const uses: Readonly<Record<string, (stranger: Wrong) => unknown>> = {
    "a variable": (stranger) => sized({ at: stranger }),
    "a set of each": (stranger) => each(stranger, oneOf("a")),
    "a value of each": (stranger) => each(page, stranger),
    "a set of subset": (stranger) => subset(stranger),
    "a field": (stranger) => record({ field: stranger }),
    "a value of sequence": (stranger) => sequence(stranger, 2),
    "a value of optional": (stranger) => optional(stranger),
    "a choice": (stranger) => chosen([stranger]),
    "pages of a view": (stranger) => the.pages({ forEach: stranger, state: () => "free" }),
    "the pages of a spec": (stranger) => toy({ pages: stranger }),
    "an action": (stranger) => toy({ actions: { stranger } }),
    "an invariant": (stranger) => toy({ invariants: { stranger } }),
    "a liveness property": (stranger) => toy({ liveness: { stranger } }),
    "a base of a variant": (stranger) => variant(stranger, {} as Wrong),
    "an added action": (stranger) => changed({ added: { stranger } }),
    "a property of a variant": (stranger) => changed({ properties: { stranger } }),
  };
  const changed = (change: Wrong): unknown =>
    variant(toy({}) as Wrong, { name: "changed", because: "a test", change, expects: "holds" });

  test.each(Object.entries(uses))("%s", (_name, use) => {
    for (const stranger of strangers) expect(() => use(stranger)).toThrow(SpecError);
  });

  test.each([
    ["declare", () => declare(null as Wrong)],
    ["constants", () => declare({ constants: null as Wrong, state: {} })],
    ["where", () => declare({ constants: {}, where: 3 as Wrong, state: {} })],
    ["a state", () => declare({ constants: {}, state: null as Wrong })],
    ["a record", () => record(null as Wrong)],
    ["words", () => oneOf(...([] as Wrong))],
    ["a word", () => oneOf(Symbol("a") as Wrong)],
    ["buddies", () => buddies("frame", null as Wrong)],
    ["a name of a set", () => ordered(Symbol("page") as Wrong, 1)],
    ["an actor", () => the.action(null as Wrong, { effect: () => {} })],
    ["an action", () => the.action("clock", null as Wrong)],
    ["a source", () => the.action("clock", { effect: () => {}, source: (() => {}) as Wrong })],
    ["an invariant", () => the.invariant(null as Wrong)],
    ["a step property", () => the.stepProperty(null as Wrong)],
    ["leadsTo", () => the.leadsTo(null as Wrong)],
    ["within", () => the.within(null as Wrong)],
    ["temporal", () => the.temporal(null as Wrong)],
    ["a formula that throws", () => the.temporal({ formula: () => fails(Object.create(null)) })],
    ["pages", () => the.pages(null as Wrong)],
    ["a spec", () => the.spec(null as Wrong)],
    ["a title", () => toy({ title: untouchable() })],
    ["an initial state", () => toy({ initial: null })],
    ["a variant", () => variant(toy({}) as Wrong, null as Wrong)],
    ["a change", () => changed(null)],
    ["changed actions", () => changed({ actions: null })],
    ["a changed action", () => changed({ actions: { turns: null } })],
    ["a changed condition", () => changed({ actions: { turns: { when: 3 } } })],
    ["changed constants", () => changed({ constants: { most: untouchable() } })],
    ["changed properties", () => changed({ properties: 3 })],
  ] as readonly (readonly [string, () => unknown])[])("%s", (_name, use) => {
    expect(use).toThrow(SpecError);
  });

  test("but a copy of an action or a property with parts replaced is one", () => {
    const isReplaced = the.assertion("it is replaced");
    const frees = { ...turns, effect: (): void => assert(false, isReplaced) };
    const claim = { ...the.invariant(() => true), holds: (): boolean => false };

    expect(check(instantiate(toy({ actions: { frees }, assertions: { isReplaced } }))).kind).toBe(
      "violated",
    );
    expect(check(instantiate(toy({ invariants: { claim } }))).kind).toBe("violated");
  });
});

test("a failure of an assertion that nobody asserted is any other error", () => {
  const claimed = the.assertion("a claim");
  const { constructor: Failure } = ((): object => {
    try {
      assert(false, claimed);
    } catch (error) {
      return error as object;
    }
  })() as { constructor: new (claim: string, name: string) => Error };
  class Hidden extends Failure {
    override get message(): string {
      return fails(null);
    }
  }
  for (const one of [Failure, Hidden]) {
    const acts = the.action("clock", {
      effect: () => {
        assert(true, claimed);
        fails(new one("a claim", "claimed"));
      },
    });
    const whole = toy({ actions: { acts }, assertions: { claimed } });
    for (const engine of engines) {
      expect(() => check(instantiate(whole), { engine })).toThrow(SpecError);
    }
  }
});
