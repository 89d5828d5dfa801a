import fc from "fast-check";
import { expect, test } from "vitest";
import type { State } from "../model/index.ts";
import type { Formula, Predicate } from "../spec/index.ts";
import { isTrueOf, type Moments } from "./formula.ts";

const p: Formula = { kind: "now", holds: (state: State) => state["p"] === true };
const q: Formula = { kind: "now", holds: (state: State) => state["q"] === true };
const step: Formula = { kind: "taken", action: "step" };

const ask = (predicate: Predicate, state: State): boolean => predicate(state);

/** A behaviour in which p and q are true where a moment names them; "!" is a moment at which a step is taken. */
function behaviour(loopsTo: number, ...moments: readonly string[]): Moments {
  return {
    states: moments.map((moment) => ({ p: moment.includes("p"), q: moment.includes("q") })),
    actions: moments.map((moment) => (moment.includes("!") ? "step" : undefined)),
    loopsTo,
  };
}

/** By definition, looking at each later moment by itself. */
function byDefinition(formula: Formula, of: Moments, now: number): boolean {
  const { states, actions, loopsTo } = of;
  const next = (moment: number): number => (moment === states.length - 1 ? loopsTo : moment + 1);
  const from = (moment: number): readonly number[] => {
    const later = [moment];
    while (later.length <= 2 * states.length) later.push(next(later.at(-1) as number));
    return later;
  };
  const is = (its: Formula, moment: number): boolean => byDefinition(its, of, moment);
  const later = from(now);
  switch (formula.kind) {
    case "now":
      return ask(formula.holds, states[now] as State);
    case "taken":
      return actions[now] === formula.action;
    case "not":
      return !is(formula.of, now);
    case "next":
      return is(formula.of, next(now));
    case "always":
      return later.every((moment) => is(formula.of, moment));
    case "eventually":
      return later.some((moment) => is(formula.of, moment));
    case "and":
      return is(formula.left, now) && is(formula.right, now);
    case "or":
      return is(formula.left, now) || is(formula.right, now);
    case "implies":
      return !is(formula.left, now) || is(formula.right, now);
    case "until":
    case "weak until": {
      const goal = later.findIndex((moment) => is(formula.right, moment));
      if (goal < 0 && formula.kind === "until") return false;
      const meanwhile = goal < 0 ? later : later.slice(0, goal);
      return meanwhile.every((moment) => is(formula.left, moment));
    }
  }
}

const formulas = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom(p, q, step),
    fc.record({
      kind: fc.constantFrom("not", "next", "always", "eventually"),
      of: tie("formula"),
    }),
    fc.record({
      kind: fc.constantFrom("and", "or", "implies", "until", "weak until"),
      left: tie("formula"),
      right: tie("formula"),
    }),
  ),
})).formula;

const behaviours = fc
  .array(fc.constantFrom("", "p", "q", "pq", "!", "p!", "q!", "pq!"), {
    minLength: 1,
    maxLength: 5,
  })
  .chain((moments) => fc.nat(moments.length - 1).map((loopsTo) => behaviour(loopsTo, ...moments)));

test("is true of a behaviour as each of its words says of its moments", () => {
  let trues = 0;
  fc.assert(
    fc.property(formulas, behaviours, (formula, of) => {
      const expected = byDefinition(formula, of, 0);
      if (expected) trues++;
      expect(isTrueOf(formula, of, ask)).toBe(expected);
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(trues).toBeGreaterThan(200);
  expect(trues).toBeLessThan(800);
});

test.each<readonly [string, Formula, Moments, boolean]>([
  ["until needs its goal", { kind: "until", left: p, right: q }, behaviour(0, "p"), false],
  ["weak until does not", { kind: "weak until", left: p, right: q }, behaviour(0, "p"), true],
  ["what comes round is later", { kind: "eventually", of: q }, behaviour(0, "q!", "p!"), true],
  [
    "what came before the loop does not come again",
    { kind: "always", of: { kind: "eventually", of: q } },
    behaviour(1, "q!", "p!"),
    false,
  ],
  [
    "next leads round",
    { kind: "next", of: { kind: "next", of: p } },
    behaviour(0, "p!", "!"),
    true,
  ],
  ["where it stays, next is the same", { kind: "next", of: p }, behaviour(0, "p"), true],
  ["where it stays, nothing is taken", { kind: "eventually", of: step }, behaviour(0, ""), false],
])("%s", (_what, formula, of, expected) => {
  expect(isTrueOf(formula, of, ask)).toBe(expected);
});
