import { type Lasso, fairLasso, reasonsOn } from "../fair-lasso.ts";
import { type Graph, statesAlong } from "../graph.ts";
import type { Obligation, Question } from "../question.ts";
import { type Effort, effortOfCheck } from "../shortest-loop.ts";
import { type Formula, not, type Truths } from "./formula.ts";
import { productOf } from "./product.ts";
import { automatonOf, tightAutomatonOf } from "./tableau.ts";

/** Is a formula true of the beginning of every fair behaviour? */
export interface FormulaQuestion extends Truths {
  readonly graph: Graph;
  readonly fairness: readonly Obligation[];
  readonly formula: Formula;
}

/** The product in which a shortest violation is looked for has at most so many steps. */
const mostSteps = 2 ** 25;

/**
 * The question that the fair behaviours answer that violate a formula, in a product whose states stand for
 * those of the graph. It may be asked with more fairness as well, not with less. `TooLarge` for a formula
 * that is too large.
 */
export function violationsOf({ graph, fairness, formula, ...truths }: FormulaQuestion): Question {
  const automaton = automatonOf(not(formula), graph.budget);
  return productOf(graph, fairness, automaton, truths) as Question;
}

/**
 * A fair behaviour that violates a formula, as a lasso of the graph; undefined if the formula holds. It is a
 * shortest one (of those, with the shortest stem) unless `isShortest` says otherwise. The answer takes one
 * product with the graph and one search for a fair loop in it; that it is the shortest, another product as
 * far as the first lasso goes. `TooLarge` for a formula that is too large.
 */
export function fairViolation(
  question: FormulaQuestion,
  effort = effortOfCheck(),
): Lasso | undefined {
  const { graph, fairness, formula, ...truths } = question;
  const found = graph.budget.scope(() => lassoIn(violationsOf(question), graph, effort));
  if (found === undefined) return undefined;
  const tight = tightAutomatonOf(not(formula), graph.budget);
  const limits = { depth: lengthOf(found), steps: mostSteps };
  const near = tight && productOf(graph, fairness, tight, truths, limits);
  const nearest = near && lassoIn(near, graph, effort);
  return nearest !== undefined && (nearest.isShortest || lengthOf(nearest) < lengthOf(found))
    ? nearest
    : { ...found, isShortest: false };
}

/** Stuttering is a loop of one. */
const lengthOf = ({ stem, loop }: Lasso): number => stem.length + Math.max(1, loop.length);

/** The lasso of the graph for one of a product. */
function lassoIn(question: Question, graph: Graph, effort: Effort): Lasso | undefined {
  const lasso = fairLasso(question, effort);
  if (lasso === undefined) return undefined;
  const of = question.origin?.of as Uint32Array;
  const back = (start: number, steps: readonly number[]): readonly number[] => {
    const states = statesAlong(question.graph, start, steps);
    return steps.map((step, position) =>
      stepOf(
        graph,
        of[states[position] as number] as number,
        of[states[position + 1] as number] as number,
        question.graph.label[step] as number,
      ),
    );
  };
  const start = of[lasso.start] as number;
  const root = statesAlong(question.graph, lasso.start, lasso.stem).at(-1) as number;
  const { stem, loop } = folded(back(lasso.start, lasso.stem), back(root, lasso.loop));
  const around = statesAlong(graph, statesAlong(graph, start, stem).at(-1) as number, loop);
  const labels = loop.map((step) => graph.label[step] as number);
  const reasons = reasonsOn(graph, question.fairness, around, labels);
  return { start, stem, loop, reasons, isShortest: lasso.isShortest };
}

/** The step of a graph between two states with a label. */
function stepOf({ first, target, label }: Graph, from: number, to: number, by: number): number {
  let step = first[from] as number;
  while (target[step] !== to || label[step] !== by) step++;
  return step;
}

/** The same steps with the shortest stem and loop: a product may have to go round more than once. */
function folded(
  stem: readonly number[],
  loop: readonly number[],
): { readonly stem: readonly number[]; readonly loop: readonly number[] } {
  const isPeriod = (length: number): boolean =>
    loop.length % length === 0 && loop.every((step, at) => step === loop[at % length]);
  let period = 1;
  while (period < loop.length && !isPeriod(period)) period++;
  const round = loop.slice(0, period);
  let away = stem.length;
  while (away > 0 && round.length > 0 && stem[away - 1] === round.at(-1)) {
    away--;
    round.unshift(round.pop() as number);
  }
  return { stem: stem.slice(0, away), loop: round };
}
