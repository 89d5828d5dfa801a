import { approachTo } from "./approach.ts";
import { Bits } from "./bits.ts";
import { conditionsOf } from "./conditions.ts";
import { type Lasso, reasonsOn } from "./fair-lasso.ts";
import { type FormulaQuestion, fairViolation } from "./formula/fair-violation.ts";
import { type Formula, not } from "./formula/formula.ts";
import { type Graph, statesAlong } from "./graph.ts";
import type { Obligation } from "./question.ts";
import { type Effort, effortOfCheck } from "./shortest-loop.ts";

/** Is an actor busy for ever without progress, in a fair behaviour? */
export interface ProgressQuestion {
  readonly graph: Graph;
  readonly fairness: readonly Obligation[];
  /** The states in which the actor can take a step that changes nothing. */
  readonly idles: Bits;
  /** Whether the steps with a label are the actor's. */
  readonly isOwn: (label: number) => boolean;
  /** What is progress: steps with a label, or those after which a state is in a set, in which it was not before. */
  readonly counts: ((label: number) => boolean) | Bits;
}

/** A behaviour in which the actor is busy for ever; `idles` if it takes a step that changes nothing. */
export interface BusyLasso {
  readonly lasso: Lasso;
  /** After how many steps, stem and loop together, it takes, again and again, a step that changes nothing. */
  readonly idlesAfter?: number;
}

const own: Formula = { kind: "taken", atom: 0 };
const idle: Formula = { kind: "now", atom: 0 };

const again = (of: Formula): Formula => ({ kind: "always", of: { kind: "eventually", of } });
const either = (left: Formula, right: Formula): Formula => ({ kind: "or", left, right });

/** What counts as progress, as a formula. */
function counted(counts: ProgressQuestion["counts"]): Formula {
  if (!(counts instanceof Bits)) return { kind: "taken", atom: 1 };
  const holds: Formula = { kind: "now", atom: 1 };
  return { kind: "and", left: not(holds), right: { kind: "next", of: holds } };
}

/** Whoever is busy again and again makes progress again and again. Where it may idle for ever, it is busy. */
export function progressFormula(
  question: ProgressQuestion,
  busy = either(own, idle),
): FormulaQuestion {
  const { graph, fairness, idles, isOwn, counts } = question;
  return {
    graph,
    fairness,
    formula: { kind: "implies", left: again(busy), right: again(counted(counts)) },
    now: (atom, state) => {
      graph.budget.spend(1);
      return (atom === 0 ? idles : (counts as Bits)).has(state);
    },
    taken: (atom, label) =>
      atom === 0 ? isOwn(label) : (counts as (label: number) => boolean)(label),
  };
}

/**
 * A fair behaviour in which the actor is busy for ever without progress, as a lasso; undefined if there is none. A step
 * that changes nothing has its length too: a shortest one is looked for among those without, those that stay where they
 * are, and those that go round.
 */
export function busyLasso(
  question: ProgressQuestion,
  effort: Effort = effortOfCheck(),
): BusyLasso | undefined {
  const { graph, idles, isOwn } = question;
  const { budget } = graph;
  const found = budget.scope(() => fairViolation(progressFormula(question), effort));
  if (found === undefined) return undefined;
  const isBusy = ({ loop }: Lasso): boolean =>
    loop.some((step) => isOwn(graph.label[step] as number));
  if (isBusy(found)) return { lasso: found };
  const active = budget.scope(() => fairViolation(progressFormula(question, own), effort));
  const still = budget.scope(() => nearestRest(question));
  const all = [found, still, active].filter((lasso) => lasso !== undefined);
  const length = (lasso: Lasso): number =>
    lasso.stem.length + lasso.loop.length + (isBusy(lasso) ? 0 : 1);
  const [best] = all.toSorted(
    (one, other) => length(one) - length(other) || one.stem.length - other.stem.length,
  ) as [Lasso];
  const lasso = { ...best, isShortest: all.every(({ isShortest }) => isShortest) };
  if (isBusy(lasso)) return { lasso };
  const states = statesAlong(graph, lasso.start, [...lasso.stem, ...lasso.loop]);
  const idlesAfter = states.findIndex(
    (state, after) => after >= lasso.stem.length && idles.has(state),
  );
  return { lasso, idlesAfter };
}

/** The nearest state in which the actor may idle while nobody else takes a step. */
function nearestRest({ graph, fairness, idles }: ProgressQuestion): Lasso | undefined {
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
