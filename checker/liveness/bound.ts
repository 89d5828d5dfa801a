import { type Approach, approachTo, type Stem } from "./approach.ts";
import { Bits } from "./bits.ts";
import type { Budget } from "./budget.ts";
import { visitComponents } from "./components.ts";
import { regionOf } from "./fair-components.ts";
import type { Graph } from "./graph.ts";

/**
 * Bounded response: how many steps of some kind are there before `to` follows `from`? A wait begins in a
 * reachable state of `from` that is not in `to`, and goes on until a step reaches `to`, which may itself be
 * counted. Fairness plays no part. Steps that lead back to their own state are as if they were not there.
 */
export interface BoundQuestion {
  readonly graph: Graph;
  readonly from: Bits;
  readonly to: Bits;
  /** Whether the step at a position, taken in that state, is counted. */
  readonly counts: (step: number, source: number) => boolean;
  /** Whether steps with a label are taken in no wait (undefined: none). They may be taken before it. */
  readonly isExcluded?: (label: number) => boolean;
}

/** A path that comes to a wait, steps by position. */
export interface WaitPath {
  /** The initial state. */
  readonly start: number;
  /** The steps to the state of `from` ... */
  readonly stem: readonly number[];
  /** ... and those of the wait. */
  readonly steps: readonly number[];
}

export type WorstCase =
  /** No state is in `from`. */
  | { readonly kind: "never" }
  /** Each state that is in `from` is in `to`. */
  | { readonly kind: "immediate" }
  /** No wait has more counted steps; that of the path has as many, and is shown as far as the last. */
  | {
      readonly kind: "bounded";
      readonly most: number;
      readonly path: WaitPath;
      /** Whether any wait comes to an end, in `to`. */
      readonly isReached: boolean;
    }
  /** The path leads to a loop with a counted step, outside `to`. */
  | { readonly kind: "unbounded"; readonly path: WaitPath; readonly loop: readonly number[] };

/**
 * The most counted steps of a wait, with a path that shows it. No path that does has a shorter stem, and none
 * with so short a stem a shorter wait. Where there is no bound, the same is true of the path as far as the
 * loop, and no loop with a counted step is shorter from the state on in which it begins. Linear.
 */
export function worstCase(question: BoundQuestion): WorstCase {
  const { from, counts } = question;
  const survey = surveyOf(question);
  const { graph, most, loops, worst, isReached } = survey;
  if (worst === undefined) return { kind: isEmpty(from) ? "never" : "immediate" };

  const approach = approachTo(question.graph);
  const nearest = nearestOf(startsByDepth(approach, survey, worst));
  if (worst < Infinity) {
    const way = shortestWay(graph, counts, [nearest], countUpTo(worst, most));
    return { kind: "bounded", most: worst, path: pathAlong(approach, way), isReached };
  }
  const way = shortestWay(graph, counts, [nearest], {
    count: 0,
    isUseful: (state) => most[state] === Infinity,
    isReached: (state) => loops.has(state),
  });
  const loop = shortestWay(graph, counts, [[way.end]], {
    count: 1,
    isUseful: (state) => loops.has(state),
    isReached: (state, count) => state === way.end && count === 1,
  });
  return { kind: "unbounded", path: pathAlong(approach, way), loop: loop.steps };
}

/**
 * A shortest path, stem and wait together, on which more than `atMost` steps of the wait are counted: it ends
 * with the one that is too many. Undefined if no wait has more; that takes linear time. Otherwise a state
 * is looked at again, and takes 16 bytes, each time it is met with more steps counted than before. Throws if
 * `atMost` is no whole number from 0.
 */
export function exceeds(question: BoundQuestion, atMost: number): WaitPath | undefined {
  if (!Number.isSafeInteger(atMost) || atMost < 0) {
    throw new Error(`At most ${atMost} is not a number of steps.`);
  }
  const survey = surveyOf(question);
  const { graph, most, worst } = survey;
  if (worst === undefined || worst <= atMost) return undefined;

  const tooMany = atMost + 1;
  const approach = approachTo(question.graph);
  const starts = startsByDepth(approach, survey, tooMany);
  const way = shortestWay(graph, question.counts, starts, countUpTo(tooMany, most));
  return pathAlong(approach, way);
}

interface Survey {
  /** The graph of waits: a step that is excluded leads back to its own state. Positions are the same. */
  readonly graph: Graph;
  /** Whether a wait begins in a state. */
  readonly isStart: (state: number) => boolean;
  /** For each state of a wait how many counted steps may follow at most; 0 for all others. */
  readonly most: Float64Array;
  /** The states of waits that are on loops with a counted step. */
  readonly loops: Bits;
  /** The most counted steps of a wait; undefined if there is none. */
  readonly worst: number | undefined;
  /** Whether a step of a wait leads to `to`. */
  readonly isReached: boolean;
}

const unknown = -1;

/** When a component is visited, what can be reached from it is known; its own states are not yet. */
function surveyOf(question: BoundQuestion): Survey {
  const { from, to, counts } = question;
  const graph = withoutExcluded(question);
  const { states, first, target, budget } = graph;
  const stay = Bits.where(states, (state) => !to.has(state));
  const region = regionOf({ graph, fairness: [], from, stay }) as Bits;
  const most = budget.list(Float64Array, states);
  for (let state = 0; state < states; state++) if (region.has(state)) most[state] = unknown;
  const loops = new Bits(states);
  let isReached = false;

  visitComponents(graph, region, (members, begin, end) => {
    let best = 0;
    let isLoop = false;
    for (let position = begin; position < end; position++) {
      const state = members[position] as number;
      const last = first[state + 1] as number;
      budget.spend(1 + last - (first[state] as number));
      for (let step = first[state] as number; step < last; step++) {
        const reached = target[step] as number;
        if (reached === state) continue;
        isReached ||= to.has(reached);
        const counted = counts(step, state) ? 1 : 0;
        const further = most[reached] as number;
        if (further === unknown) isLoop ||= counted === 1;
        else best = Math.max(best, counted + further);
      }
    }
    for (let position = begin; position < end; position++) {
      const state = members[position] as number;
      most[state] = isLoop ? Infinity : best;
      if (isLoop) loops.add(state);
    }
    return true;
  });

  const isStart = (state: number): boolean => from.has(state) && !to.has(state);
  let worst: number | undefined;
  for (let state = 0; state < states; state++) {
    if (isStart(state)) worst = Math.max(worst ?? 0, most[state] as number);
  }
  return { graph, isStart, most, loops, worst, isReached };
}

function withoutExcluded({ graph, isExcluded }: BoundQuestion): Graph {
  if (isExcluded === undefined) return graph;
  const { states, first, label, budget } = graph;
  const target = budget.list(Uint32Array, graph.target.length);
  target.set(graph.target);
  for (let state = 0; state < states; state++) {
    const end = first[state + 1] as number;
    budget.spend(1 + end - (first[state] as number));
    for (let step = first[state] as number; step < end; step++) {
      if (isExcluded(label[step] as number)) target[step] = state;
    }
  }
  return { ...graph, target };
}

function isEmpty(set: Bits): boolean {
  for (let state = 0; state < set.size; state++) if (set.has(state)) return false;
  return true;
}

/** For each depth, from 0, the states in which waits begin that may have so many counted steps. */
function* startsByDepth(
  approach: Approach,
  { isStart, most }: Survey,
  atLeast: number,
): Generator<readonly number[]> {
  let level: number[] = [];
  let depth = 0;
  for (let position = 0; ; position++) {
    const place = approach.place(position);
    if (place === undefined) break;
    if (place.depth > depth) {
      yield level;
      level = [];
      depth = place.depth;
    }
    if (isStart(place.state) && (most[place.state] as number) >= atLeast) level.push(place.state);
  }
  yield level;
}

function nearestOf(levels: Iterable<readonly number[]>): readonly number[] {
  for (const level of levels) if (level.length > 0) return level;
  throw new Error("The graph has states that cannot be reached.");
}

function pathAlong(approach: Approach, { begin, steps }: Way): WaitPath {
  const { start, steps: stem } = stemTo(approach, begin);
  return { start, stem, steps };
}

function stemTo(approach: Approach, state: number): Stem {
  let position = 0;
  while (approach.place(position)?.state !== state) position++;
  return approach.stem(position);
}

/** What a way has to come to. */
interface Goal {
  /** Steps beyond so many are not counted: they make no difference. */
  readonly count: number;
  /** Whether the goal may be reached from a state with so many steps counted. */
  readonly isUseful: (state: number, count: number) => boolean;
  readonly isReached: (state: number, count: number) => boolean;
}

const countUpTo = (number: number, most: Float64Array): Goal => ({
  count: number,
  isUseful: (state, count) => count + (most[state] as number) >= number,
  isReached: (_, count) => count === number,
});

interface Way {
  readonly begin: number;
  readonly steps: readonly number[];
  readonly end: number;
}

/**
 * A shortest way to the goal, breadth first. It begins in one of the roots, which are listed by how many steps
 * it takes to come to them, from 0 on: these add to its length. Who comes to a state later than somebody else,
 * with no more steps counted, need not go on.
 */
function shortestWay(
  { states, first, target, budget }: Graph,
  counts: BoundQuestion["counts"],
  roots: Iterable<readonly number[]>,
  goal: Goal,
): Way {
  const trail = new Trail(budget);
  /** For each state one more than the most steps with which it was met; 0 if it was not. */
  const met = budget.list(Uint32Array, states);

  /** Whether that is the goal. */
  function meet(state: number, count: number, before: number, step: number): boolean {
    const isReached = goal.isReached(state, count);
    if (!isReached && ((met[state] as number) > count || !goal.isUseful(state, count)))
      return false;
    met[state] = count + 1;
    trail.add(state, count, before, step);
    return isReached;
  }

  const levels = roots[Symbol.iterator]();
  for (let place = 0; ; ) {
    const { done: isLast, value: level } = levels.next();
    if (isLast !== true) {
      for (const root of level) if (meet(root, 0, none, none)) return trail.wayToLast();
    } else if (place === trail.length) {
      throw new Error(
        "Fewer steps are counted than before, or the graph has states that cannot be reached.",
      );
    }
    for (const end = trail.length; place < end; place++) {
      const state = trail.state(place);
      const last = first[state + 1] as number;
      budget.spend(1 + last - (first[state] as number));
      for (let step = first[state] as number; step < last; step++) {
        const reached = target[step] as number;
        if (reached === state) continue;
        const count = Math.min(trail.count(place) + (counts(step, state) ? 1 : 0), goal.count);
        if (meet(reached, count, place, step)) return trail.wayToLast();
      }
    }
  }
}

const none = 2 ** 32 - 1;

/**
 * Where a search has been: places, each a state with the steps counted, the place before and the step from
 * there (none for both: a way begins here). 16 bytes a place, in an array that doubles.
 */
class Trail {
  readonly #budget: Budget;
  #rows: Uint32Array;
  #length = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.#rows = budget.list(Uint32Array, 2 ** 12);
  }

  get length(): number {
    return this.#length;
  }

  state(place: number): number {
    return this.#rows[4 * place] as number;
  }

  count(place: number): number {
    return this.#rows[4 * place + 1] as number;
  }

  add(state: number, count: number, before: number, step: number): void {
    const row = 4 * this.#length++;
    if (row === this.#rows.length) this.#rows = this.#budget.longer(this.#rows, 2 * row);
    this.#rows[row] = state;
    this.#rows[row + 1] = count;
    this.#rows[row + 2] = before;
    this.#rows[row + 3] = step;
  }

  wayToLast(): Way {
    const steps: number[] = [];
    const last = this.#length - 1;
    for (let place = last; ; place = this.#rows[4 * place + 2] as number) {
      const step = this.#rows[4 * place + 3] as number;
      if (step === none)
        return { begin: this.state(place), steps: steps.reverse(), end: this.state(last) };
      steps.push(step);
    }
  }
}
