/**
 * Toys for the tests of formulas: words to write them with, random ones, and what they mean by definition.
 * Nothing that is shipped imports them.
 */
import type { Lasso } from "../checker/liveness/fair-lasso.ts";
import { type Graph, statesAlong } from "../checker/liveness/graph.ts";
import type { Dice } from "./graphs.ts";
import { type Formula, not, type Truths } from "../checker/liveness/formula/formula.ts";

export { not } from "../checker/liveness/formula/formula.ts";

export const yes: Formula = { kind: "true" };
export const now = (atom: number): Formula => ({ kind: "now", atom });
export const taken = (atom: number): Formula => ({ kind: "taken", atom });
export const next = (of: Formula): Formula => ({ kind: "next", of });
export const always = (of: Formula): Formula => ({ kind: "always", of });
export const eventually = (of: Formula): Formula => ({ kind: "eventually", of });
export const and = (left: Formula, right: Formula): Formula => ({ kind: "and", left, right });
export const or = (left: Formula, right: Formula): Formula => ({ kind: "or", left, right });
export const implies = (left: Formula, right: Formula): Formula => ({
  kind: "implies",
  left,
  right,
});
export const until = (left: Formula, right: Formula): Formula => ({ kind: "until", left, right });
export const weakUntil = (left: Formula, right: Formula): Formula => ({
  kind: "weak until",
  left,
  right,
});
export const leadsTo = (from: Formula, to: Formula): Formula =>
  always(implies(from, eventually(to)));

/** A formula with so many operators over two atoms of states and two of steps. */
export function randomFormula(dice: Dice, operators: number): Formula {
  if (operators === 0) {
    const pick = dice(9);
    if (pick === 8) return yes;
    return pick < 5 ? now(dice(2)) : taken(dice(2));
  }
  const one = [not, next, always, eventually];
  const two = [and, or, implies, until, weakUntil];
  const pick = dice(one.length + two.length);
  const unary = one[pick];
  if (unary !== undefined) return unary(randomFormula(dice, operators - 1));
  const left = dice(operators);
  const binary = two[pick - one.length] as (typeof two)[number];
  return binary(randomFormula(dice, left), randomFormula(dice, operators - 1 - left));
}

/** A word that goes round: its moments, and to which of them the last one leads back. */
export interface Word {
  readonly moments: readonly {
    readonly state: number;
    /** Of the step that is taken; none where the behaviour stutters. */
    readonly label?: number;
  }[];
  readonly loopsTo: number;
}

/** Whether a formula is true of a moment, by definition. */
export function isTrueAt(formula: Formula, word: Word, truths: Truths, moment = 0): boolean {
  const { moments, loopsTo } = word;
  const after = (at: number): number => (at + 1 < moments.length ? at + 1 : loopsTo);
  const is = (of: Formula, at: number): boolean => isTrueAt(of, word, truths, at);
  /** The moments from this one on, each once. */
  const onwards = [moment];
  for (let at = after(moment); !onwards.includes(at); at = after(at)) onwards.push(at);
  const comesTo = (left: Formula, right: Formula): boolean => {
    const goal = onwards.find((at) => is(right, at) || !is(left, at));
    return goal !== undefined && is(right, goal);
  };
  const { state, label } = moments[moment] as Word["moments"][number];
  switch (formula.kind) {
    case "true":
      return true;
    case "now":
      return truths.now(formula.atom, state);
    case "taken":
      return label !== undefined && truths.taken(formula.atom, label);
    case "not":
      return !is(formula.of, moment);
    case "and":
      return is(formula.left, moment) && is(formula.right, moment);
    case "or":
      return is(formula.left, moment) || is(formula.right, moment);
    case "implies":
      return !is(formula.left, moment) || is(formula.right, moment);
    case "next":
      return is(formula.of, after(moment));
    case "always":
      return onwards.every((at) => is(formula.of, at));
    case "eventually":
      return onwards.some((at) => is(formula.of, at));
    case "until":
      return comesTo(formula.left, formula.right);
    case "weak until":
      return comesTo(formula.left, formula.right) || onwards.every((at) => is(formula.left, at));
  }
}

/** The word of a lasso. */
export function wordOf(
  graph: Graph,
  { start, stem, loop }: Pick<Lasso, "start" | "stem" | "loop">,
): Word {
  const steps = [...stem, ...loop];
  const states = statesAlong(graph, start, steps);
  const moments: Word["moments"][number][] = steps.map((step, at) => ({
    state: states[at] as number,
    label: graph.label[step] as number,
  }));
  if (loop.length === 0) moments.push({ state: states.at(-1) as number });
  return { moments, loopsTo: stem.length };
}

/** What is true of states and labels, at random: two atoms of each. */
export function randomTruths(dice: Dice, states: number, labels: number): Truths {
  const ofStates = Array.from({ length: states }, () => dice(4));
  const ofLabels = Array.from({ length: labels }, () => dice(4));
  return {
    now: (atom, state) => (((ofStates[state] as number) >> atom) & 1) === 1,
    taken: (atom, label) => (((ofLabels[label] as number) >> atom) & 1) === 1,
  };
}
