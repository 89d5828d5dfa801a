/**
 * Toys for the tests of liveness: small systems written by hand, random questions, and what must be true of
 * an answer, by definition. Nothing that is shipped imports them.
 */
import fc from "fast-check";
import { Bits } from "../checker/liveness/bits.ts";
import { unlimited } from "../checker/liveness/budget.ts";
import type { Lasso, Reason } from "../checker/liveness/fair-lasso.ts";
import type { Graph } from "../checker/liveness/graph.ts";
import type { Obligation, Question } from "../checker/liveness/question.ts";

/** A step as it is written by hand: its name, and where it leads. */
export type NamedStep<State> = readonly [name: string, to: State];

/** A system explored: its graph, and names in place of numbers. */
export interface System<State> {
  readonly graph: Graph;
  readonly states: readonly State[];
  readonly where: (holds: (state: State) => boolean) => Bits;
  readonly weak: (...steps: readonly string[]) => Obligation;
  readonly strong: (...steps: readonly string[]) => Obligation;
  /** All steps together, as one obligation. */
  readonly weakOfAll: () => Obligation;
}

export function systemOf<State>(
  initial: State,
  stepsOf: (state: State) => readonly NamedStep<State>[],
): System<State> {
  const states: State[] = [];
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const steps: Step[] = [];
  const numberOf = (state: State): number => {
    const key = JSON.stringify(state);
    const number = numbers.get(key) ?? states.push(state) - 1;
    numbers.set(key, number);
    return number;
  };
  numberOf(initial);
  for (let from = 0; from < states.length; from++) {
    for (const [name, to] of stepsOf(states[from] as State)) {
      if (!names.includes(name)) names.push(name);
      steps.push({ from, to: numberOf(to), label: names.indexOf(name) });
    }
  }
  const obligation = (kind: Obligation["kind"], of: readonly string[]): Obligation => ({
    name: of.join(" or "),
    kind,
    labels: new Set(of.map((name) => names.indexOf(name))),
  });
  return {
    graph: graphOf(states.length, [0], steps),
    states,
    where: (holds) => Bits.where(states.length, (state) => holds(states[state] as State)),
    weak: (...of) => obligation("weak", of),
    strong: (...of) => obligation("strong", of),
    weakOfAll: () => obligation("weak", names),
  };
}

export interface Step {
  readonly from: number;
  readonly to: number;
  readonly label: number;
}

/** The graph with these steps, which stand in the order of the states they start from. */
export function graphOf(states: number, initial: readonly number[], steps: readonly Step[]): Graph {
  const sorted = steps.toSorted((one, other) => one.from - other.from);
  const first = new Uint32Array(states + 1);
  for (const { from } of sorted) (first[from + 1] as number)++;
  for (let state = 0; state < states; state++) {
    (first[state + 1] as number) += first[state] as number;
  }
  return {
    states,
    initial,
    first,
    target: Uint32Array.from(sorted, ({ to }) => to),
    label: Uint16Array.from(sorted, ({ label }) => label),
    budget: unlimited,
  };
}

/** Numbers below a bound, the same ones for the same seed. */
export type Dice = (bound: number) => number;

/** Dice of `fc.gen()`: what fails is made smaller. */
export const diceOf =
  (gen: fc.GeneratorValue): Dice =>
  (bound) =>
    gen(evenly, bound - 1);

const evenly = (most: number): fc.Arbitrary<number> => fc.noBias(fc.nat(most));

export function diceFrom(seed: number): Dice {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** A random question: self loops, dead ends, equal steps and steps without obligation included. */
export function randomQuestion(dice: Dice, mostStates: number, mostObligations: number): Question {
  const graph = randomGraph(dice, 1 + dice(mostStates));
  const some = (): Bits => {
    const share = 1 + dice(4);
    return Bits.where(graph.states, () => dice(5) < share);
  };
  return {
    graph,
    fairness: Array.from({ length: dice(mostObligations + 1) }, (_, position) => ({
      name: `obligation ${position}`,
      kind: dice(2) === 0 ? "weak" : "strong",
      labels: new Set(Array.from({ length: 1 + dice(2) }, () => dice(labels))),
    })),
    ...(dice(2) === 0 ? { from: some() } : {}),
    ...(dice(2) === 0 ? { stay: some() } : {}),
    ...(dice(2) === 0 ? { again: Array.from({ length: dice(3) }, some) } : {}),
  };
}

const labels = 5;

export function randomGraph(dice: Dice, size: number): Graph {
  const someStep = (from: number, to: number): Step => ({ from, to, label: dice(labels) });
  const steps = Array.from({ length: dice(3 * size + 1) }, () => someStep(dice(size), dice(size)));
  if (dice(2) === 0) {
    for (let state = 0; state < size; state++) steps.push(someStep(state, (state + 1) % size));
  }
  const initial = Array.from({ length: 1 + dice(2) }, () => dice(size));
  const reached = [...new Set(initial)];
  for (const state of reached) {
    for (const { from, to } of steps) {
      if (from === state && !reached.includes(to)) reached.push(to);
    }
  }
  const numberOf = (state: number): number => reached.indexOf(state);
  return graphOf(
    reached.length,
    initial.map(numberOf),
    steps
      .filter(({ from }) => reached.includes(from))
      .map(({ from, to, label }) => ({ from: numberOf(from), to: numberOf(to), label })),
  );
}

/** The steps of a state. */
export function stepsFrom({ first, target, label }: Graph, from: number): readonly Step[] {
  const steps: Step[] = [];
  for (let at = first[from] as number; at < (first[from + 1] as number); at++) {
    steps.push({ from, to: target[at] as number, label: label[at] as number });
  }
  return steps;
}

export const isPossible = (graph: Graph, { labels: of }: Obligation, state: number): boolean =>
  stepsFrom(graph, state).some(({ from, to, label }) => from !== to && of.has(label));

/** What is wrong with an answer: undefined if it is a real, fair behaviour that answers the question. */
export function faultOf(question: Question, lasso: Lasso): string | undefined {
  const { graph, fairness, from, stay, again = [] } = question;
  const { first, target, label } = graph;
  if (!graph.initial.includes(lasso.start)) return "does not start in an initial state";
  let state = lasso.start;
  const walk = (steps: readonly number[]): readonly number[] | undefined => {
    const through = [state];
    for (const step of steps) {
      if (step < (first[state] as number) || step >= (first[state + 1] as number)) return undefined;
      state = target[step] as number;
      through.push(state);
    }
    return through;
  };
  const stem = walk(lasso.stem);
  if (stem === undefined) return "the stem is not a path";
  const root = state;
  const around = walk(lasso.loop);
  if (around === undefined) return "the loop is not a path";
  if (state !== root) return "the loop does not close";
  if (around.some((one, position) => position > 0 && one === around[position - 1])) {
    return "a step of the loop changes nothing";
  }

  const behaviour = [...stem, ...around];
  const lastOutside = behaviour.findLastIndex((one) => stay?.has(one) === false);
  if (lastOutside >= stem.length - 1) return "the loop does not stay";
  if (!behaviour.some((one, at) => at > lastOutside && from?.has(one) !== false)) {
    return "does not go through a state of `from` from which it stays";
  }
  if (again.some((set) => !around.some((one) => set.has(one)))) return "a set is not visited";

  for (const [position, obligation] of fairness.entries()) {
    const taken = lasso.loop.map((step) => obligation.labels.has(label[step] as number));
    const possible = around.map((one) => isPossible(graph, obligation, one));
    const isMet =
      taken.includes(true) ||
      (obligation.kind === "weak" ? possible.includes(false) : !possible.includes(true));
    if (!isMet) return `${obligation.name} is not met`;
    const reason = lasso.reasons[position];
    if (reason === undefined || !isTrue(reason, taken, possible, obligation.kind)) {
      return `${obligation.name} is met for another reason`;
    }
  }
  return lasso.reasons.length === fairness.length ? undefined : "too many reasons";
}

function isTrue(
  reason: Reason,
  taken: readonly boolean[],
  possible: readonly boolean[],
  kind: Obligation["kind"],
): boolean {
  if (reason.kind === "taken") return taken[reason.step] === true;
  if (reason.kind === "never possible") return !possible.includes(true);
  return kind === "weak" && possible[reason.state] === false;
}
