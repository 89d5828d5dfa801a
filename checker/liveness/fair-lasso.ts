import { approachTo, type Place } from "./approach.ts";
import { Bits } from "./bits.ts";
import { conditionsOf } from "./conditions.ts";
import { fairComponents, regionOf } from "./fair-components.ts";
import { type Graph, statesAlong } from "./graph.ts";
import type { Obligation, Question } from "./question.ts";
import { type Effort, effortOfCheck, shortestLoop, tooMuch } from "./shortest-loop.ts";
import { tour } from "./tour.ts";

/** A behaviour that goes round in the end. */
export interface Lasso {
  readonly start: number;
  /** The steps, by position, to the loop ... */
  readonly stem: readonly number[];
  /** ... and those that are then taken for ever; none if it stutters for ever, a loop of one. */
  readonly loop: readonly number[];
  /** Why each obligation is met on the loop, in their order. */
  readonly reasons: readonly Reason[];
  /** Whether no lasso has fewer steps, stem and loop together; false if that was too much to find out. */
  readonly isShortest: boolean;
}

/**
 * Why an obligation is met on a loop. State 0 of the loop is where it begins, step 0 is taken there. The
 * first that applies: never possible, taken, or (which is enough for a weak one) not possible in a state.
 */
export type Reason =
  | { readonly kind: "never possible" }
  | { readonly kind: "taken"; readonly step: number }
  | { readonly kind: "not possible"; readonly state: number };

/**
 * A fair behaviour that answers the question, as a lasso; undefined if there is none. It is a shortest one
 * (of those, with the shortest stem) unless `isShortest` says otherwise: then it is the shortest that was
 * found, beginning with the nearest fair loop. The answer takes one pass over the graph, and one more for
 * each strong obligation at worst; the search for the shortest takes no more than half of the effort that is left.
 */
export function fairLasso(question: Question, effort = effortOfCheck()): Lasso | undefined {
  const { graph, fairness, from, stay, again = [], origin, loops = graph } = question;
  const conditions = conditionsOf(question);
  const { component, isEmpty } = fairComponents(loops, regionOf(question), conditions);
  if (isEmpty) return undefined;

  const approach = approachTo(graph, from, stay);
  const mayLoop = ({ state, stays }: Place): boolean =>
    (component[state] as number) > 0 && (stays || from === undefined);
  let best = { position: -1, depth: 0, loop: [] as readonly number[] };
  for (let position = 0; best.position < 0; position++) {
    const place = approach.place(position);
    if (place === undefined) throw new Error("The graph has states that cannot be reached.");
    if (!mayLoop(place)) continue;
    const loop = conditions.mayStutter(place.state)
      ? []
      : graph.budget.scope(() => tour(loops, conditions, component, place.state));
    best = { position, depth: place.depth, loop };
  }

  // A loop is looked for from the first of its states, so states that are done with are in no further one.
  const allowed: Effort = { left: effort.left / 2 };
  effort.left -= allowed.left;
  const done = { free: new Bits(graph.states), staying: new Bits(graph.states) };
  /** Of a loop where the way there has not been in `from`. */
  const withFrom =
    from === undefined ? conditions : conditionsOf({ ...question, again: [...again, from] });
  /** Where a search was too much: a lasso with so many steps, or more, may have been missed. */
  let mayBeMissed = Infinity;
  for (let position = 0; ; position++) {
    graph.budget.spend(1);
    const place = approach.place(position);
    if (place === undefined) break;
    const { state, stays, depth } = place;
    const most = best.depth + lengthOf(best.loop) - depth - (depth < best.depth ? 0 : 1);
    if (most < 1) break;
    const own = component[state] as number;
    if (own === 0) continue;
    const isDone = stays ? done.staying : done.free;
    isDone.add(state);
    if (!stays && from?.has(state) === true) continue; // it is met once more, where it stays
    const demands = stays ? conditions : withFrom;
    if (demands.mayStutter(state)) {
      best = { position, depth, loop: [] };
      continue;
    }
    if (most === 1) continue;
    const isInside = (other: number): boolean => component[other] === own && !isDone.has(other);
    const loop =
      allowed.left > 0 ? shortestLoop(loops, demands, isInside, state, most, allowed) : tooMuch;
    if (loop === tooMuch) mayBeMissed = Math.min(mayBeMissed, depth + 2);
    else if (loop !== undefined) best = { position, depth, loop };
  }
  effort.left += Math.max(allowed.left, 0);

  const { start, steps: stem } = approach.stem(best.position);
  const around = statesAlong(graph, statesAlong(graph, start, stem).at(-1) as number, best.loop);
  return {
    start,
    stem,
    loop: best.loop,
    reasons: reasonsOn(
      origin?.graph ?? graph,
      fairness,
      around.map((state) => origin?.of[state] ?? state),
      best.loop.map((step) => graph.label[step] as number),
    ),
    isShortest: best.depth + lengthOf(best.loop) <= mayBeMissed,
  };
}

/** Stuttering is a loop of one. */
const lengthOf = (loop: readonly number[]): number => Math.max(loop.length, 1);

/** Why each obligation is met on a loop through these states (the first is the last too), by steps with these labels. */
export const reasonsOn = (
  graph: Graph,
  fairness: readonly Obligation[],
  around: readonly number[],
  loop: readonly number[],
): readonly Reason[] => fairness.map((obligation) => reasonFor(graph, obligation, around, loop));

function reasonFor(
  { first, target, label, budget }: Graph,
  { labels }: Obligation,
  around: readonly number[],
  loop: readonly number[],
): Reason {
  const isPossible = (state: number): boolean => {
    const end = first[state + 1] as number;
    budget.spend(1 + end - (first[state] as number));
    for (let step = first[state] as number; step < end; step++) {
      if (target[step] !== state && labels.has(label[step] as number)) return true;
    }
    return false;
  };
  const step = loop.findIndex((taken) => labels.has(taken));
  if (step >= 0) return { kind: "taken", step };
  if (!around.some(isPossible)) return { kind: "never possible" };
  return { kind: "not possible", state: around.findIndex((state) => !isPossible(state)) };
}
