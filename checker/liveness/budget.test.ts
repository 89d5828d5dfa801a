import { describe, expect, test } from "vitest";
import { instantiate } from "../../model/index.ts";
import type { Spec } from "../../spec/index.ts";
import { protocols } from "../../toys/protocols.ts";
import { check } from "../check.ts";
import { Interrupted } from "../limits.ts";
import { Bits } from "./bits.ts";
import { worstCase } from "./bound.ts";
import { Budget } from "./budget.ts";
import { fairLasso } from "./fair-lasso.ts";
import { minimalFairness } from "./minimal-fairness.ts";
import type { Question } from "./question.ts";
import { recoverable } from "./recoverable.ts";
import { graphOf } from "../../toys/graphs.ts";

const states = 40_000;

/** A ring, on which each state has a step to the next. */
const ring = (budget: Budget) => ({
  ...graphOf(
    states,
    [0],
    Array.from({ length: states }, (_, from) => ({ from, to: (from + 1) % states, label: 0 })),
  ),
  budget,
});
const step = { name: "step", kind: "strong", labels: new Set([0]) } as const;
const all = Bits.where(states, () => true);
const last = Bits.where(states, (state) => state === states - 1);

const questions: Record<string, (budget: Budget) => unknown> = {
  "a fair lasso": (budget) =>
    fairLasso({ graph: ring(budget), fairness: [step], again: [last] }, { left: 0 }),
  "needed fairness": (budget) =>
    minimalFairness([{ graph: ring(budget), fairness: [step], stay: all } satisfies Question]),
  "a way back": (budget) => recoverable(ring(budget), all, last),
  "a bound": (budget) =>
    worstCase({ graph: ring(budget), from: all, to: last, counts: () => true }),
};

describe.each(Object.entries(questions))("%s", (_, ask) => {
  test("looks at the limits again and again, and ends wherever one is met", () => {
    let looks = 0;
    ask(new Budget(Infinity, () => looks++));
    expect(looks).toBeGreaterThan(0);
    for (const share of [0, 0.3, 0.6, 1]) {
      let left = Math.max(1, Math.floor(share * looks));
      const budget = new Budget(Infinity, () => {
        left--;
        if (left === 0) throw new Interrupted("interrupted");
      });
      expect(() => ask(budget)).toThrow(Interrupted);
    }
  });

  test("accounts for its memory: too little of it ends it, enough does not change the answer", () => {
    const looks = (): void => {};
    expect(() => ask(new Budget(states, looks))).toThrow("memory limit");
    expect(ask(new Budget(200 * states + 2 ** 20, looks))).toEqual(
      ask(new Budget(Infinity, looks)),
    );
  });
});

describe("a budget", () => {
  const budget = new Budget(100, () => {});
  test("frees what was taken in a scope", () => {
    for (let time = 0; time < 3; time++) budget.scope(() => budget.list(Uint32Array, 25));
    expect(() => budget.list(Uint32Array, 26)).toThrow("memory limit");
  });

  test("a list that grows counts once", () => {
    const growing = new Budget(100, () => {});
    const list = growing.list(Uint16Array, 10);
    list[9] = 7;
    const longer = growing.longer(list, 40);
    expect([...longer.subarray(8, 11)]).toEqual([0, 7, 0]);
    expect(growing.list(Uint16Array, 10)).toHaveLength(10);
    expect(() => growing.list(Uint16Array, 1)).toThrow("memory limit");
  });

  test("what the system refuses is a limit of memory, and no bug", () => {
    expect(() => new Budget(Infinity, () => {}).list(Uint32Array, 2 ** 53)).toThrow("memory limit");
  });
});

test("the graph and what is done on it count as memory, beside the states", () => {
  const pageRing = protocols.find(({ spec }) => spec.name === "page-ring")?.spec as Spec;
  const model = () => instantiate(pageRing, { symmetry: false, constants: { pages: 6 } });
  const { statistics } = check(model(), { liveness: false });
  const ofStates = statistics.peakMemoryBytes as number;
  const memoryBytes = ofStates + 8 * 2 ** 20;
  expect(check(model(), { liveness: false, memoryBytes }).kind).not.toBe("incomplete");
  expect(check(model(), { memoryBytes: ofStates + 64 * 2 ** 20 }).kind).toBe("holds");
  expect(check(model(), { memoryBytes: ofStates + 4 * 2 ** 20 })).toMatchObject({
    kind: "incomplete",
    reason: "memory limit",
  });
});
