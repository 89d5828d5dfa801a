import { expect, test } from "vitest";
import { check } from "../checker/index.ts";
import { instantiate } from "../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
  subset,
} from "../spec/index.ts";
import { counterexampleOf, reasonOf } from "./index.ts";

const page = interchangeable("page", ({ pages }: { pages: number }) => pages);
const { action, assertion, invariant, leadsTo, spec, stepProperty, type } = declare({
  constants: { pages: 3, limit: 1 },
  state: {
    guest: each(page, oneOf("in use", "free")),
    host: each(page, oneOf("backed", "discarded")),
    told: subset(page),
    count: range(0, 3),
  },
});

const assertions = {
  freeIsLimited: assertion("no more is free than the limit allows"),
  nothingIsFreed: assertion("nothing is freed"),
};

/** Pages 0, 1 and 2 are freed, told of and discarded in any order. */
const actions = {
  guestFrees: action("guest", {
    forAny: page,
    when: (state, p) => state.guest[p] === "in use",
    effect: (state, p, { limit }) => {
      assert(state.count <= limit + 1, assertions.freeIsLimited);
      state.guest[p] = "free";
      state.count += 1;
    },
  }),
  hostDiscards: action("host", {
    forAny: page,
    when: (state, p) => state.host[p] === "backed",
    effect: (state, p) => {
      state.host[p] = "discarded";
      state.told.add(p);
    },
  }),
};

/** The reason for the only property of a spec of two actions and three pages. */
function reason(parts: Partial<Parameters<typeof spec>[0]>, property?: string): readonly string[] {
  const common = { name: "toy", title: "a toy", actions, assertions, mayEnd: () => true };
  const whole: Spec = spec({ ...common, ...parts });
  const model = instantiate(whole);
  const name =
    property ??
    (Object.keys(parts.invariants ?? parts.stepProperties ?? whole.properties)[0] as string);
  const result = check(model, { properties: [name] }).properties.find((one) => one.name === name);
  if (result?.trace === undefined) throw new Error(`${name} is not violated`);
  return reasonOf(model, counterexampleOf(model, undefined, result, result.trace));
}

type State = typeof type.state;

test("every: the element that fails, not those before it", () => {
  const claim = (state: State): boolean =>
    state.guest.every((view, p) => view !== "in use" || state.host[p] === "backed");

  expect(reason({ invariants: { claim: invariant(claim) } })).toEqual([
    "guest[0] is in use, host[0] is discarded",
  ]);
});

test("every, some and find: what decided, wherever it is", () => {
  const atTwo = (state: State): boolean =>
    state.guest.every((_view, p) => state.host[p] === "backed" || state.told.size < 2);
  const some = (state: State): boolean => !state.host.some((view) => view === "discarded");
  const find = (state: State): boolean =>
    state.host.find((view) => view === "discarded") === undefined;
  const includes = (state: State): boolean => !state.host.includes("discarded");

  expect(reason({ invariants: { atTwo: invariant(atTwo) } })[0]).toMatch(
    /^guest\[(\d)\] is in use, host\[\1\] is discarded, told is \{page \d, page \d\}$/,
  );
  for (const claim of [some, find, includes]) {
    expect(reason({ invariants: { claim: invariant(claim) } })[0]).toMatch(
      /^host\[\d\] is discarded$/,
    );
  }
});

test("quantifiers in quantifiers: the pair that fails", () => {
  const claim = (state: State): boolean =>
    state.guest.every((own, p) =>
      state.host.every((other, q) => p === q || own === "in use" || other === "backed"),
    );

  expect(reason({ invariants: { claim: invariant(claim) } })[0]).toMatch(
    /^guest\[(\d)\] is free, host\[(?!\1)\d\] is discarded$/,
  );
});

test("every element matters where none decides alone", () => {
  const claim = (state: State, { limit }: { limit: number }): boolean =>
    state.guest.filter((view) => view === "free").length <= limit;

  expect(reason({ invariants: { claim: invariant(claim) } })[0]).toMatch(
    /^guest\[0\] is \w.*, guest\[1\] is .*, guest\[2\] is .*$/,
  );
});

test("many values: variable by variable", () => {
  const claim = (state: State): boolean =>
    state.guest.some((view) => view === "in use") ||
    state.host.some((view) => view === "backed") ||
    state.count < 3;

  expect(reason({ invariants: { claim: invariant(claim) } })).toEqual([
    "guest[0 1 2] are free, host[0 1 2] are discarded, count is 3",
  ]);
});

test("for any: the choice for which it fails, with its condition, each value once", () => {
  const claim = invariant({
    forAny: page,
    when: (state, p) => state.guest[p] === "free",
    holds: (state, p) => state.host[p] === "backed" || state.guest[p] !== "free",
  });

  expect(reason({ invariants: { claim } })[0]).toMatch(
    /^guest\[(\d)\] is free, host\[\1\] is discarded$/,
  );
});

test("explain: its sentence, with the constants at hand", () => {
  const explained = invariant({
    holds: (state) => state.count < 2,
    explain: (state, { limit }) => `${state.count} pages are free\nthe limit is ${limit}`,
  });
  const broken = invariant({
    holds: (state) => state.count < 2,
    explain: () => {
      throw new Error("no words");
    },
  });

  expect(reason({ invariants: { explained } })).toEqual(["2 pages are free", "the limit is 1"]);
  expect(reason({ invariants: { broken } })).toEqual([
    "count is 2",
    "(its explain fails: no words)",
  ]);
});

test("step property: was and is, where they differ", () => {
  const claim = stepProperty({
    forAny: page,
    when: (before, after, p) => before.guest[p] === "in use" && after.guest[p] === "free",
    holds: (before, after, p) => before.host[p] === "backed" || after.count === 0,
  });

  expect(reason({ stepProperties: { claim } })[0]).toMatch(
    /^guest\[(\d)\] was in use, is free, host\[\1\] is discarded, count was 0, is 1$/,
  );
});

test("a claim that reads nothing is said to", () => {
  expect(reason({ invariants: { nothingHolds: invariant(() => false) } })).toEqual([
    '"nothing holds" is false, whatever the state',
  ]);
});

test("assertion: its claim, its values, and what the effect has read by then, as it is by then", () => {
  const { hostDiscards } = actions;
  const nothingIsRead = assertion("what is written is not read");
  const writes = action("guest", {
    forAny: page,
    effect: (state, p) => {
      state.told.add(p);
      state.guest[p] = "free";
      if (state.count > 0) state.count = 0;
      const told = [...state.told];
      assert(state.told.size === 0 || !state.guest.includes("free"), nothingIsRead, {
        page: p,
        word: state.guest[p],
        told,
        all: state.told,
      });
    },
  });
  const parts = { actions: { hostDiscards, writes }, assertions: { nothingIsRead } };
  expect(reason(parts, "nothingIsRead")).toEqual([
    "asserted, but not so: what is written is not read",
    "where page is 0, word is free, told is [0], all is [0]",
    "count is 0, guest[0] is free, told is {page 0}",
  ]);
});

test("assertion: only its claim, where nothing was read", () => {
  const { guestFrees } = actions;
  const strict = { ...guestFrees, effect: (): void => assert(false, assertions.nothingIsFreed) };

  expect(reason({ actions: { strict } }, "nothingIsFreed")).toEqual([
    "asserted, but not so: nothing is freed",
  ]);
});

test("deadlock", () => {
  expect(reason({ mayEnd: () => false }, "deadlockFreedom")).toEqual([
    "no step is possible, and the protocol may not end here",
  ]);
});

test("a property that no single state refutes has no values to show", () => {
  const claim = leadsTo({ from: () => true, to: (state) => state.count === 3 });
  const model = instantiate(spec({ name: "toy", title: "a toy", actions, liveness: { claim } }));
  const trace = {
    initial: model.initialStates()[0] as object as Record<string, unknown>,
    steps: [],
  };
  const property = { kind: "leads to", name: "claim" } as const;

  expect(reasonOf(model, counterexampleOf(model, undefined, property, trace))).toEqual([
    '"claim" does not hold',
  ]);
});
