import { describe, expect, test } from "vitest";
import { instantiate, type Model } from "../model/index.ts";
import { declare, isLiveness, range, type Spec } from "../spec/index.ts";
import { pageRing } from "../spec/protocols/page-ring/claims.ts";
import { engines } from "../toys/compared.ts";
import { check as checkWith, type CheckOptions, type Verdict } from "./index.ts";

/** Counts to `last` and claims to stay below `below`: the state number n + 1 is that of n. */
function counting(last: number, below = last + 1): Spec {
  const { action, invariant, spec } = declare({ constants: {}, state: { at: range(0, last) } });
  const counts = action("counter", {
    when: (state) => state.at < last,
    effect: (state) => {
      state.at += 1;
    },
  });
  return spec({
    name: "counting",
    title: "counts",
    actions: { counts },
    invariants: { staysBelow: invariant((state) => state.at < below) },
    mayEnd: (state) => state.at === last,
  });
}

/** Which states are the first so many is defined by the reference engine; the other stops between levels. */
describe("the limit of states, by the reference engine", () => {
  const check = (model: Model, options: CheckOptions): Verdict =>
    checkWith(model, { engine: "reference", ...options });

  test.each([0, 1, 2, 50, 99])("%i of 100: incomplete, nothing holds", (maxStates) => {
    const verdict = check(instantiate(counting(99)), { maxStates });

    expect(verdict).toMatchObject({ kind: "incomplete", reason: "state limit" });
    expect(verdict.statistics.distinctStates).toBe(maxStates);
    expect(verdict.properties.map(({ status }) => status)).toEqual(["undecided", "undecided"]);
  });

  test.each([100, 101, 1000])("%i of 100: not reached, so that it holds", (maxStates) => {
    expect(check(instantiate(counting(99)), { maxStates })).toMatchObject({
      kind: "holds",
      statistics: { distinctStates: 100, frontier: 0 },
    });
  });

  test("a violation in the last state before the limit is found, one behind it is not", () => {
    expect(check(instantiate(counting(99, 49)), { maxStates: 50 })).toMatchObject({
      kind: "violated",
      trace: { steps: { length: 49 } },
    });
    expect(check(instantiate(counting(99, 50)), { maxStates: 50 })).toMatchObject({
      kind: "incomplete",
      reason: "state limit",
    });
  });

  test("a deadlock in the last state before the limit is found, or it is incomplete", () => {
    const { action, spec } = declare({ constants: {}, state: { at: range(0, 9) } });
    const counts = action("counter", {
      when: (state) => state.at < 9,
      effect: (state) => {
        state.at += 1;
      },
    });
    const model = instantiate(spec({ name: "stuck", title: "stuck", actions: { counts } }));

    expect(check(model, { maxStates: 10 })).toMatchObject({
      kind: "violated",
      property: { name: "deadlockFreedom" },
      trace: { steps: { length: 9 } },
    });
    expect(check(model, { maxStates: 9 }).kind).toBe("incomplete");
  });

  test("among the initial states", () => {
    const { action, spec } = declare({ constants: {}, state: { at: range(0, 9) } });
    const idles = action("nobody", { effect: () => {} });
    const initial = {
      forAny: range(0, 9),
      effect: (state: { at: number }, at: number) => {
        state.at = at;
      },
    };
    const model = instantiate(
      spec({ name: "many", title: "many", initial, actions: { idles }, mayEnd: () => true }),
    );

    expect(check(model, { maxStates: 9 })).toMatchObject({ kind: "incomplete" });
    expect(check(model, { maxStates: 10 })).toMatchObject({ kind: "holds" });
  });

  test("states known and not yet expanded are counted as the frontier", () => {
    const { statistics } = check(instantiate(counting(99)), { maxStates: 50 });
    expect(statistics).toMatchObject({ distinctStates: 50, frontier: 1 });
  });
});

describe.each(engines)("the %s engine", (engine) => {
  const check = (model: Model, options: CheckOptions = {}): Verdict =>
    checkWith(model, { engine, ...options });
  describe("the limit of time, by a clock that is given", () => {
    /** A clock that goes on by a second each time it is read. */
    const clock = (): (() => number) => {
      let now = 100;
      return () => now++;
    };

    test("answers incomplete, never holds", () => {
      expect(
        check(instantiate(counting(999)), { clock: clock(), timeoutSeconds: 5 }),
      ).toMatchObject({
        kind: "incomplete",
        reason: "time limit",
      });
      expect(check(instantiate(counting(999)), { clock: clock(), timeoutSeconds: 1e6 }).kind).toBe(
        "holds",
      );
    });

    test("no time at all: not even one state is expanded", () => {
      const verdict = check(instantiate(counting(9)), { clock: clock(), timeoutSeconds: 0 });
      expect(verdict).toMatchObject({
        kind: "incomplete",
        statistics: { distinctStates: 1, frontier: 1 },
      });
    });

    test("a violation found before it stands, what is open is undecided", () => {
      const verdict = check(instantiate(counting(999, 10)), {
        clock: clock(),
        timeoutSeconds: 500,
      });
      expect(verdict).toMatchObject({ kind: "violated", trace: { steps: { length: 10 } } });
      expect(verdict.properties.map(({ status }) => status)).toEqual(["violated", "undecided"]);
    });
  });

  describe("interrupted", () => {
    test("answers incomplete", () => {
      let asked = 0;
      const verdict = check(instantiate(counting(999)), { isInterrupted: () => ++asked > 3 });
      expect(verdict).toMatchObject({ kind: "incomplete", reason: "interrupted" });
      expect(verdict.statistics.distinctStates).toBeLessThan(1000);
    });

    test("tells the figures so far, and they are those of a search under way", () => {
      const told: number[] = [];
      let now = 0;
      check(instantiate(counting(999)), {
        clock: () => now++,
        onProgress: ({ distinctStates, frontier }) => {
          told.push(distinctStates);
          expect(frontier).toBe(1);
        },
      });
      expect(told.length).toBeGreaterThan(5);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    });
  });

  test.each([true, false])(
    "what is found of states and steps is told before liveness is decided, with symmetry %s",
    (symmetry) => {
      const told: Verdict[] = [];
      const its = instantiate(pageRing, { symmetry, constants: { pages: 2 } });
      const verdict = check(its, { onSafety: (safety) => told.push(safety) });
      const statuses = ({ properties }: Verdict, isOf: boolean): readonly string[] =>
        properties
          .filter(({ kind }) => isLiveness(kind) === isOf)
          .map(({ name, status }) => `${name} ${status}`);
      expect(told.map((safety) => statuses(safety, false))).toEqual([statuses(verdict, false)]);
      expect(statuses(verdict, true).join()).toMatch(/holds/);
      expect(told.flatMap((safety) => statuses(safety, true)).join()).not.toMatch(/holds/);
    },
  );

  test("the same search gives the same answer to the byte", () => {
    const text = (): string =>
      JSON.stringify(check(instantiate(counting(200, 150)), { clock: () => 0 }), (_, value) =>
        typeof value === "bigint" ? String(value) : value,
      );
    expect(text()).toBe(text());
  });
});

describe.each(engines)("liveness that is left out, by the %s engine", (engine) => {
  const { action, alwaysEventually, invariant, spec } = declare({
    constants: {},
    state: { at: range(0, 9) },
  });
  const model = instantiate(
    spec({
      name: "ring",
      title: "goes round",
      actions: {
        goes: action("hand", {
          fairness: "weak",
          effect: (state) => {
            state.at = (state.at + 1) % 10;
          },
        }),
      },
      invariants: { isInside: invariant((state) => state.at < 10) },
      liveness: { comesRound: alwaysEventually((state) => state.at === 0) },
    }),
  );
  const statuses = (options: CheckOptions): readonly string[] =>
    checkWith(model, { engine, ...options }).properties.map(({ status }) => status);

  test("is not checked, also where the search does not come to an end; what was asked is undecided", () => {
    expect(statuses({ liveness: false })).toEqual(["holds", "not checked", "holds"]);
    expect(statuses({ liveness: false, maxStates: 3 })).toEqual([
      "undecided",
      "not checked",
      "undecided",
    ]);
    expect(statuses({ maxStates: 3 })).toEqual(["undecided", "undecided", "undecided"]);
  });
});
