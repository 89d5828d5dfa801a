import { approachTo } from "./approach.ts";
import { Bits } from "./bits.ts";
import { conditionsOf } from "./conditions.ts";
import { fairLasso, type Lasso, reasonsOn } from "./fair-lasso.ts";
import { type Graph, statesAlong } from "./graph.ts";
import type { Obligation, Question } from "./question.ts";
import { type Effort, effortOfCheck } from "./shortest-loop.ts";

/** Is an actor busy for ever without progress, in a fair behaviour? */
export interface ProgressQuestion {
  readonly graph: Graph;
  readonly fairness: readonly Obligation[];
  /** The states in which the actor can take a step that changes nothing. */
  readonly idles: Bits;
  /** The labels of the actor's steps. */
  readonly own: ReadonlySet<number>;
  /** Whether the step at a position, taken in a state, is progress. */
  readonly counts: (step: number, source: number) => boolean;
}

/** It is asked which behaviours go round, with steps of the actor and without progress. */
export type BusyQuestion = Question & Required<Pick<Question, "acts">>;

/** A behaviour in which the actor is busy for ever. */
export interface BusyLasso {
  readonly lasso: Lasso;
  /** After how many steps, stem and loop together, it takes, again and again, a step that changes nothing. */
  readonly idlesAfter?: number;
}

/** The question that fair behaviours answer in which the actor is busy for ever, and from some moment on nothing is progress. */
export function busyQuestion({
  graph,
  fairness,
  idles,
  own,
  counts,
}: ProgressQuestion): BusyQuestion {
  const { states, first, budget } = graph;
  const target = budget.list(Uint32Array, graph.target.length);
  target.set(graph.target);
  for (let state = 0; state < states; state++) {
    const end = first[state + 1] as number;
    budget.spend(1 + end - (first[state] as number));
    for (let step = first[state] as number; step < end; step++) {
      if (counts(step, state)) target[step] = state;
    }
  }
  return { graph, fairness, loops: { ...graph, target }, acts: { at: idles, by: own } };
}

/**
 * A fair behaviour in which the actor is busy for ever without progress, as a lasso; undefined if there is none. A step
 * that changes nothing has its length too: a shortest one is looked for among those without, those that stay where they
 * are, and those that go round.
 */
export function busyLasso(
  question: BusyQuestion,
  effort: Effort = effortOfCheck(),
): BusyLasso | undefined {
  const { graph, acts } = question;
  const { budget, states } = graph;
  const lassoFor = (by: Question): Lasso | undefined => budget.scope(() => fairLasso(by, effort));
  const found = lassoFor(question);
  if (found === undefined) return undefined;
  const isBusy = ({ loop }: Lasso): boolean =>
    loop.some((step) => acts.by.has(graph.label[step] as number));
  if (isBusy(found)) return { lasso: found };
  const active = lassoFor({ ...question, acts: { at: new Bits(states), by: acts.by } });
  const still = budget.scope(() => nearestRest(question, acts.at));
  const all = [found, still, active].filter((lasso) => lasso !== undefined);
  const length = (lasso: Lasso): number =>
    lasso.stem.length + lasso.loop.length + (isBusy(lasso) ? 0 : 1);
  const [best] = all.toSorted(
    (one, other) => length(one) - length(other) || one.stem.length - other.stem.length,
  ) as [Lasso];
  const lasso = { ...best, isShortest: all.every(({ isShortest }) => isShortest) };
  if (isBusy(lasso)) return { lasso };
  const along = statesAlong(graph, lasso.start, [...lasso.stem, ...lasso.loop]);
  const idlesAfter = along.findIndex(
    (state, after) => after >= lasso.stem.length && acts.at.has(state),
  );
  return { lasso, idlesAfter };
}

/** The nearest state in which the actor may idle while nobody else takes a step. */
function nearestRest({ graph, fairness }: Question, idles: Bits): Lasso | undefined {
  const { mayStutter } = conditionsOf({ graph, fairness });
  const approach = approachTo(graph);
  for (let position = 0; ; position++) {
    const place = approach.place(position);
    if (place === undefined) return undefined;
    if (!idles.has(place.state) || !mayStutter(place.state)) continue;
    const reasons = reasonsOn(graph, fairness, [place.state], []);
    const { start, steps: stem } = approach.stem(position);
    return { start, stem, loop: [], reasons, isShortest: true };
  }
}
