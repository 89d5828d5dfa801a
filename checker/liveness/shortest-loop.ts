import type { Budget } from "./budget.ts";
import { type Conditions, includes } from "./conditions.ts";
import type { Graph } from "./graph.ts";

/** How many more steps searches for shortest loops may look at. */
export interface Effort {
  left: number;
}

/** What those of one check may look at, of all its properties together. */
export const effortOfCheck = (): Effort => ({ left: 2 ** 24 });

/** What fits into one search: steps of the graph around its state, bits of what is done, places. */
const mostSteps = 2 ** 20;
const mostBits = 30;
const mostPlaces = 2 ** 21;

/** A search that was not finished. */
export const tooMuch = "too much";

/**
 * A shortest loop of at most so many steps through a state, otherwise within some states, that meets all
 * conditions; * undefined if there is none.
 */
export function shortestLoop(
  graph: Graph,
  conditions: Conditions,
  isInside: (state: number) => boolean,
  root: number,
  most: number,
  effort: Effort,
): readonly number[] | undefined | typeof tooMuch {
  const ball = ballAround(graph, isInside, root, most, effort);
  if (ball === tooMuch) return tooMuch;
  const tally = tallyOf(graph, conditions, ball, most);
  if (tally === undefined || tally === tooMuch) return tally;
  return loopIn(ball, tally, most, effort, graph.budget);
}

/** The part of the graph in which a loop of so many steps through the root is: its states are numbered from the root, 0. */
interface Ball {
  readonly states: readonly number[];
  readonly first: readonly number[];
  readonly target: readonly number[];
  /** Where each step stands in the graph. */
  readonly step: readonly number[];
  /** How far it is to a state from the root, and from it back to the root. */
  readonly distance: readonly number[];
  readonly back: Uint32Array;
}

const far = 2 ** 31;

function ballAround(
  graph: Graph,
  isInside: (state: number) => boolean,
  root: number,
  most: number,
  effort: Effort,
): Ball | typeof tooMuch {
  const states = [root];
  const numbers = new Map([[root, 0]]);
  const distance = [0];
  const first = [0];
  const target: number[] = [];
  const step: number[] = [];
  for (let from = 0; from < states.length; from++) {
    const state = states[from] as number;
    const isLast = (distance[from] as number) === most - 1;
    const end = graph.first[state + 1] as number;
    for (let position = graph.first[state] as number; position < end; position++) {
      const reached = graph.target[position] as number;
      effort.left--;
      if (reached === state) continue;
      let to = numbers.get(reached);
      if (to === undefined) {
        if (isLast || !isInside(reached)) continue;
        to = states.push(reached) - 1;
        numbers.set(reached, to);
        distance.push((distance[from] as number) + 1);
      }
      target.push(to);
      step.push(position);
    }
    first.push(target.length);
    graph.budget.spend(1 + end - (graph.first[state] as number));
    if (effort.left < 0) return tooMuch;
    if (step.length > mostSteps) {
      effort.left -= 4 * mostSteps; // it will be hardly better for the next root
      return tooMuch;
    }
  }
  return { states, first, target, step, distance, back: waysBack(first, target) };
}

/** For each state of a ball how far it is back to the root. */
function waysBack(first: readonly number[], target: readonly number[]): Uint32Array {
  const count = first.length - 1;
  const into = new Uint32Array(count + 2);
  for (const to of target) (into[to + 2] as number)++;
  for (let state = 0; state < count; state++) {
    (into[state + 2] as number) += into[state + 1] as number;
  }
  const source = new Uint32Array(target.length);
  for (let from = 0; from < count; from++) {
    for (let step = first[from] as number; step < (first[from + 1] as number); step++) {
      const place = (target[step] as number) + 1;
      source[into[place] as number] = from;
      (into[place] as number)++;
    }
  }
  const back = new Uint32Array(count).fill(far);
  const queue = [0];
  back[0] = 0;
  for (const state of queue) {
    for (let at = into[state] as number; at < (into[state + 1] as number); at++) {
      const from = source[at] as number;
      if (back[from] !== far) continue;
      back[from] = (back[state] as number) + 1;
      queue.push(from);
    }
  }
  return back;
}

/**
 * What of the conditions is done, in bits. First those that must be set in the end; then, for each strong
 * condition that is open only somewhere else than at the root, whether it was met, and, as many places
 * further on, whether it is owed: open somewhere, and not met.
 */
interface Tally {
  readonly required: number;
  readonly optional: number;
  readonly optionalCount: number;
  readonly owed: number;
  /** The bits set in each state and by each step of the ball. */
  readonly inState: Uint32Array;
  readonly byStep: Uint32Array;
}

function tallyOf(
  graph: Graph,
  conditions: Conditions,
  ball: Ball,
  most: number,
): Tally | undefined | typeof tooMuch {
  const { words, weak, metBy } = conditions;
  const { states, first, target, step, distance, back } = ball;
  const isNear = (state: number): boolean =>
    (distance[state] as number) + (back[state] as number) <= most;
  const required: number[] = [];
  const optional: number[] = [];
  const open = new Uint32Array(words);
  const openAtRoot = new Uint32Array(words);
  const somewhereOpen = new Uint32Array(words);
  conditions.open(states[0] as number, openAtRoot);
  states.forEach((state, number) => {
    if (!isNear(number)) return;
    conditions.open(state, open);
    open.forEach((word, position) => {
      (somewhereOpen[position] as number) |= word;
    });
  });
  for (let condition = 0; condition < conditions.count; condition++) {
    if (includes(openAtRoot, condition)) required.push(condition);
    else if (includes(weak, condition)) continue;
    else if (includes(somewhereOpen, condition)) optional.push(condition);
  }
  if (required.length + 2 * optional.length > mostBits) return tooMuch;

  const inState = new Uint32Array(states.length);
  const byStep = new Uint32Array(step.length);
  let seen = 0;
  states.forEach((state, number) => {
    if (!isNear(number)) return;
    conditions.open(state, open);
    let bits = 0;
    required.forEach((condition, bit) => {
      if (includes(weak, condition) && !includes(open, condition)) bits |= 1 << bit;
    });
    optional.forEach((condition, bit) => {
      if (includes(open, condition)) bits |= 1 << (required.length + optional.length + bit);
    });
    inState[number] = bits;
    seen |= bits;
    for (let at = first[number] as number; at < (first[number + 1] as number); at++) {
      if (!isNear(target[at] as number)) continue;
      graph.budget.spend(required.length + optional.length);
      const by = (graph.label[step[at] as number] as number) * words * 32;
      bits = 0;
      [...required, ...optional].forEach((condition, bit) => {
        if (includes(metBy, by + condition)) bits |= 1 << bit;
      });
      byStep[at] = bits;
      seen |= bits;
    }
  });
  const all = 2 ** required.length - 1;
  if ((seen & all) !== all) return undefined;
  const optionalBits = (2 ** optional.length - 1) * 2 ** required.length;
  return {
    required: all,
    optional: optionalBits,
    optionalCount: optional.length,
    owed: optionalBits * 2 ** optional.length,
    inState,
    byStep,
  };
}

/** Breadth first over the states of the ball, each with what is done. */
function loopIn(
  { states, first, target, step, back }: Ball,
  { required, optional, optionalCount, owed, inState, byStep }: Tally,
  most: number,
  effort: Effort,
  budget: Budget,
): readonly number[] | undefined | typeof tooMuch {
  const seen = new Set([0]);
  const places = [0];
  const done = [0];
  const before = [0];
  const cameBy = [0];
  let level = 1;
  let length = 0;

  function wayTo(place: number, last: number): readonly number[] {
    const loop = [last];
    for (let at = place; at > 0; at = before[at] as number) loop.push(cameBy[at] as number);
    return loop.reverse();
  }

  for (let place = 0; place < places.length; place++) {
    if (place === level) {
      level = places.length;
      length++;
    }
    const from = places[place] as number;
    const left = most - length - 1;
    const end = first[from + 1] as number;
    budget.spend(1 + end - (first[from] as number));
    for (let at = first[from] as number; at < end; at++) {
      const to = target[at] as number;
      effort.left--;
      if ((back[to] as number) > left) continue;
      let bits = (done[place] as number) | (byStep[at] as number) | (inState[to] as number);
      bits &= ~((bits & optional) << optionalCount);
      if (to === 0 && (bits & required) === required && (bits & owed) === 0) {
        return wayTo(place, step[at] as number);
      }
      const key = bits * states.length + to;
      if (seen.has(key)) continue;
      seen.add(key);
      places.push(to);
      done.push(bits);
      before.push(place);
      cameBy.push(step[at] as number);
    }
    if (effort.left < 0 || places.length > mostPlaces) return tooMuch;
  }
  return undefined;
}
