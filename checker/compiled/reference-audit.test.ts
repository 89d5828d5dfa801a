import { describe, expect, test } from "vitest";
import {
  type Digits,
  impure,
  instantiate,
  type Model,
  type Predicate,
  type Step,
} from "../../model/index.ts";
import {
  assert,
  declare,
  each,
  interchangeable,
  oneOf,
  range,
  type Spec,
} from "../../spec/index.ts";
import { nightly } from "../../toys/share.ts";
import { answerOf } from "../claims.ts";
import { check } from "../index.ts";
import { Bits } from "../liveness/bits.ts";
import { unlimited } from "../liveness/budget.ts";
import type { Explored } from "../liveness/explored.ts";
import { type Done, outcomeOf } from "../outcome.ts";
import { auditShareOf, isAuditedWhole, wholeShare } from "./audit-share.ts";
import { auditGraph } from "./graph-audit.ts";
import { type Learned, referenceAuditOf } from "./reference-audit.ts";

/** A lift between floors 0 and 3 with a door, which must not be opened on floor 1; on the top floor it is stuck. */
function lift(): Spec {
  const { action, assertion, invariant, leadsTo, spec, stepProperty, witness } = declare({
    constants: {},
    state: { floor: range(0, 3), door: oneOf("shut", "open") },
  });
  const floorHasDoor = assertion("the first floor has a door");
  return spec({
    name: "lift",
    title: "goes up",
    actions: {
      goesUp: action("lift", {
        when: (state) => state.door === "shut" && state.floor < 3,
        effect: (state) => {
          state.floor += 1;
        },
      }),
      opens: action("lift", {
        when: (state) => state.door === "shut" && state.floor < 3,
        effect: (state) => {
          assert(state.floor !== 1, floorHasDoor);
          state.door = "open";
        },
      }),
      shuts: action("lift", {
        when: (state) => state.door === "open",
        effect: (state) => {
          state.door = "shut";
        },
      }),
    },
    invariants: { staysBelow: invariant((state) => state.floor < 3) },
    assertions: { floorHasDoor },
    witnesses: { getsHalfWay: witness((state) => state.floor === 2) },
    stepProperties: { goesByOne: stepProperty((before, after) => after.floor - before.floor <= 1) },
    liveness: {
      shutsAgain: leadsTo({
        from: (state) => state.door === "open",
        to: (state) => state.door === "shut",
      }),
    },
  });
}

/** All that a search knows, as it should be. */
function rightly(model: Model): { learned: Learned; noted: Set<string>; all: readonly Digits[] } {
  const all: Digits[] = [];
  const keys = new Set<string>();
  const meet = (digits: Digits): void => {
    if (keys.has(String(digits))) return;
    keys.add(String(digits));
    all.push(digits);
  };
  for (const state of model.initialStates()) meet(model.encode(state, "initial"));
  const outcomes = (digits: Digits): Done[] =>
    model.steps.map((step) => outcomeOf(model, model.layout.decode(digits), step).done);
  for (let state = 0; state < all.length; state++) {
    for (const done of outcomes(all[state] as Digits)) if (typeof done === "object") meet(done);
  }
  const safety = model.claims.filter(
    ({ property }) => !["leads to", "assertion"].includes(property.kind),
  );
  const predicates = safety.map(
    ({ name, property }, id): Predicate => ({
      id,
      name,
      choice: [],
      isOfSteps: property.kind === "step property",
      slots: undefined,
    }),
  );
  // The states stand at their numbers, their successors behind all of them.
  let successors: readonly Done[] = [];
  const stateAt = (address: number) =>
    model.layout.decode((all[address] ?? successors[address - all.length]) as Digits);
  const learned: Learned = {
    digitsOf: (state) => all[state] as Digits,
    drawn: (from) => from,
    expanded: (state) => {
      successors = outcomes(all[state] as Digits);
      return { done: successors, at: successors.map((_, position) => all.length + position) };
    },
    predicates,
    addressOf: (state) => state,
    answer: ({ name, isOfSteps }, before, after) => {
      const claim = safety.find((its) => its.name === name);
      if (claim === undefined) throw new Error(`There is no ${name}.`);
      const states = [before, ...(isOfSteps ? [after] : [])].map(stateAt);
      return answerOf(model, claim, states, []);
    },
    isFound: (digits) => keys.has(String(digits)),
    errorOf: (recipe) => impure(model, recipe),
    count: () => {},
  };
  const noted = new Set(["staysBelow 1", "staysBelow 2", "getsHalfWay 1", "goesByOne 1"]);
  for (const name of ["floorHasDoor 1", "floorHasDoor 2", "deadlockFreedom 2"]) noted.add(name);
  return { learned, noted, all };
}

/** What an audit of all states says if a search knows something else than it should. */
function audited(wrong: {
  readonly learned?: (right: Learned) => Partial<Learned>;
  readonly forgets?: string;
}): readonly string[] {
  const model = instantiate(lift());
  const { learned, noted, all } = rightly(model);
  const errors: string[] = [];
  const audit = referenceAuditOf(
    model,
    {
      groups: learned.predicates.map(({ name }) => ({ name })) as never,
      asks: () => true,
      hasNoted: (name, answer) => {
        const what = `${name} ${answer}`;
        return answer === 0 || (noted.has(what) && what !== wrong.forgets);
      },
      failed: (error) => errors.push(error.message),
    },
    { ...learned, ...wrong.learned?.(learned) },
  );
  audit.choose(wholeShare);
  audit.look(0, all.length);
  return errors;
}

/** What was learned, but for what a step by its position does in the first state in which it does anything. */
const withStep =
  (position: number, done: Done) =>
  (right: Learned): Partial<Learned> => ({
    expanded: (state) => {
      const its = right.expanded(state);
      if (its.done[position] === undefined) return its;
      return { ...its, done: its.done.with(position, done) };
    },
  });

describe("an audited state is compared in full", () => {
  test("with what the search should know it agrees", () => {
    expect(audited({})).toEqual([]);
  });

  test.each([
    ["a step that is not taken where it is possible", "goesUp", withStep(0, undefined)],
    ["a step that leads elsewhere", "goesUp", withStep(0, [3, 1])],
    ["a step that is taken although its assertion fails", "opens", withStep(1, [1, 1])],
    ["an assertion that fails and should not", "opens", withStep(1, "floorHasDoor")],
    ["another assertion", "opens", withStep(1, "liftHasDoor")],
  ])("%s is noticed", (_, recipe, learned) => {
    expect(audited({ learned })[0]).toContain(`lift: ${recipe} does one thing the first time`);
  });

  test("a step that is taken where it is not possible is noticed", () => {
    const learned = (right: Learned): Partial<Learned> => ({
      expanded: (state) => {
        const its = right.expanded(state);
        return { ...its, done: its.done.with(2, its.done[2] ?? [0, 0]) };
      },
    });
    expect(audited({ learned })[0]).toContain("lift: shuts does one thing the first time");
  });

  test.each(["staysBelow", "getsHalfWay", "goesByOne"])(
    "another answer of the property %s is noticed, with the state",
    (name) => {
      const learned = (right: Learned): Partial<Learned> => ({
        answer: (predicate, before, after) =>
          predicate.name === name
            ? 1 - (right.answer(predicate, before, after) ?? 0)
            : right.answer(predicate, before, after),
      });
      const [error] = audited({ learned });
      expect(error).toContain(`lift: ${name} does one thing the first time`);
      expect(error).toContain('floor = 0, door = "shut"');
    },
  );

  test.each([
    ["staysBelow 2", "staysBelow"],
    ["getsHalfWay 1", "getsHalfWay"],
    ["goesByOne 1", "goesByOne"],
    ["floorHasDoor 1", "opens"],
    ["floorHasDoor 2", "opens"],
    ["deadlockFreedom 2", "mayEnd"],
  ])("that the search has not noted %s is noticed", (forgets, recipe) => {
    expect(audited({ forgets })[0]).toContain(`lift: ${recipe} does one thing the first time`);
  });

  test("a state that the search has lost is a bug, not a fault of the spec", () => {
    const learned = (): Partial<Learned> => ({ isFound: (digits) => digits[0] !== 2 });
    expect(() => audited({ learned })).toThrow("a state that the search has lost");
  });
});

describe("an audited state of a graph", () => {
  /** The graph of a counter that goes round: 0, 1, 2, 0. */
  function audit(wrong: {
    readonly target?: number;
    readonly from?: number;
    readonly stays?: number;
  }): void {
    const { action, leadsTo, progress, spec } = declare({
      constants: {},
      state: { at: range(0, 2) },
    });
    const model = instantiate(
      spec({
        name: "round",
        title: "and round",
        actions: {
          goes: action("counter", {
            when: () => true,
            effect: (state) => {
              state.at = state.at === 2 ? 0 : state.at + 1;
            },
          }),
        },
        liveness: {
          comesBack: leadsTo({ from: (state) => state.at === 2, to: (state) => state.at === 0 }),
          goesOn: progress({ of: "counter" }),
        },
      }),
    );
    const explored: Explored = {
      graph: {
        states: 3,
        initial: [0],
        first: Uint32Array.from([0, 1, 2, 3]),
        target: Uint32Array.from([1, wrong.target ?? 2, 0]),
        label: Uint16Array.from([0, 0, 0]),
        budget: unlimited,
      },
      where: (_claim, { role }) =>
        Bits.where(3, (state) => state === (role === "from" ? (wrong.from ?? 2) : 0)),
      possible: () => Bits.where(3, (state) => state !== wrong.stays),
      digitsOf: (state) => [state],
    };
    const [claim] = model.claims;
    if (claim === undefined) throw new Error("There is no claim.");
    const its = auditGraph({
      model,
      explored,
      claims: model.claims,
      isChosen: () => true,
      errorOf: (recipe) => impure(model, recipe),
    });
    expect(its.audited).toBe(3);
    const predicate = (): boolean => true;
    its.where(claim, { role: "from", predicate }, claim.choices[0] as readonly unknown[]);
    its.possible(model.steps[0] as Step);
  }

  test("with a right one it agrees", () => {
    expect(() => audit({})).not.toThrow();
  });

  test("an edge that leads elsewhere is noticed", () => {
    expect(() => audit({ target: 0 })).toThrow("round: goes does one thing the first time");
  });

  test("a step that is no edge is noticed", () => {
    expect(() => audit({ target: 1 })).toThrow("round: goes does one thing the first time");
  });

  test("a step that is possible where it was not is noticed", () => {
    expect(() => audit({ stays: 1 })).toThrow(
      "round: the condition of goes does one thing the first time",
    );
  });

  test("another answer of a part of a property is noticed", () => {
    expect(() => audit({ from: 1 })).toThrow("round: comesBack does one thing the first time");
  });
});

/** Two counters up to 199: 40,000 states, in one of which `hides` is asked. */
function field(hides: () => boolean): Spec {
  const { action, invariant, spec } = declare({
    constants: {},
    state: { x: range(0, 199), y: range(0, 199) },
  });
  return spec({
    name: "field",
    title: "with one odd place",
    actions: {
      goesRight: action("walker", {
        when: (state) => state.x < 199,
        effect: (state) => {
          state.x += 1;
        },
      }),
      goesUp: action("walker", {
        when: (state) => state.y < 199,
        effect: (state) => {
          state.y += 1;
        },
      }),
    },
    invariants: { isFine: invariant((state) => state.x !== 137 || state.y !== 88 || hides()) },
    mayEnd: (state) => state.x === 199 && state.y === 199,
  });
}

describe("an impurity that shows in one state of 40,000", () => {
  /** True so often, and false from then on. */
  const trueFor = (times: number): (() => boolean) => {
    let calls = 0;
    return () => calls++ < times;
  };

  nightly(() => {
    test("is nowhere where there is none", () => {
      expect(check(instantiate(field(() => true)), { audit: "all" })).toMatchObject({
        kind: "holds",
        statistics: { distinctStates: 40_000, auditedStates: 40_000, comparedSteps: 80_000 },
      });
    });
  });

  test("is noticed where every state is audited, with the state", () => {
    const odd = instantiate(field(trueFor(1)));
    expect(() => check(odd, { audit: "all" })).toThrow(/isFine .*[^]*x = 137, y = 88/);
  });
});

describe("the share of the states that is audited", () => {
  const model = instantiate(lift());
  const shareAt = (explored: number, level: number, audited: number): number =>
    auditShareOf(model, "share", { explored, level, audited, transitions: 3 * explored });

  test("is none of them as long as all may be audited in the end, and then so many that none were missed", () => {
    expect(shareAt(0, 1, 0)).toBe(0);
    expect(shareAt(1_000, 1_000, 0)).toBe(0);
    expect(isAuditedWhole(model, 2_000)).toBe(true);
    expect(isAuditedWhole(model, 2_000_000)).toBe(false);
    expect(shareAt(1_000_000, 1_000_000, 0)).toBeGreaterThan(0);
  });

  test("is never nothing later, however large the search becomes, and takes little of its time", () => {
    let audited = 0;
    let explored = 0;
    for (let level = 1_000; explored < 100_000_000; level *= 2) {
      const chosen = Math.floor((shareAt(explored, level, audited) / wholeShare) * level);
      if (explored > 1_000_000) expect(chosen).toBeGreaterThan(0);
      audited += chosen;
      explored += level;
    }
    expect(audited).toBeGreaterThan(10_000);
    expect(audited).toBeLessThan(explored / 100);
  });

  test("of orbits is reckoned with less for each step once their forms are found by code", () => {
    const light = interchangeable("light", 2);
    const { action, spec } = declare({
      constants: {},
      state: { is: each(light, oneOf("off", "on")) },
    });
    const goesOn = action("light", {
      forAny: light,
      when: (state, one) => state.is[one] === "off",
      effect: (state, one) => {
        state.is[one] = "on";
      },
    });
    const lights = instantiate(spec({ name: "lights", title: "go on", actions: { goesOn } }));
    const chosenOf = (states: number): number => {
      const progress = { level: states / 2, explored: states / 2, audited: 0 };
      const share = auditShareOf(lights, "share", { ...progress, transitions: 1.5 * states });
      return (share / wholeShare) * progress.level;
    };
    const ofFirst = chosenOf(30_000);
    expect(ofFirst).toBeGreaterThan(100);
    expect(chosenOf(3_000_000)).toBeGreaterThan(2 * ofFirst);
    expect(chosenOf(3_000_000)).toBeLessThan(10 * ofFirst);
  });
});
