import type { PropertyName, Trace, TraceStep } from "../checker/index.ts";
import type { Model, State, Step } from "../model/index.ts";
import { AssertionFailure, isLiveness } from "../spec/index.ts";
import { isSameState } from "./changes.ts";
import { statesOf } from "./liveness.ts";
import { follow } from "./violation.ts";

/** More positions than this are not looked at: the trace is left as it is. */
const mostPositions = 5000;

/**
 * The steps of a trace in the order, of all in which each actor keeps its own, that has the fewest switches between
 * actors and still violates the property; of several the one that is nearest to the order given. Of a lasso only the
 * way to its loop is put in another order. Where `goesOn` answers no, or there are too many orders, the trace as it is.
 */
export function withFewestSwitches(
  model: Model,
  property: PropertyName,
  trace: Trace,
  goesOn: () => boolean = () => true,
): Trace {
  const { initial, steps, lasso } = trace;
  const count = lasso?.loopsTo ?? steps.length;
  const way = steps.slice(0, count).map(({ step }) => step);
  const isSafe = !isLiveness(property.kind);
  if (!isSafe && lasso === undefined) return trace;
  const next = steps[count]?.step.actor;
  const end = statesOf(trace)[count] as State;
  /** The trace that an order makes; undefined if it does not show what it is to show. */
  const traceBy = (path: readonly TraceStep[]): Trace | undefined => {
    if (!isSafe) {
      const leadsThere = isSameState(model, path.at(-1)?.state ?? initial, end);
      return leadsThere ? { ...trace, steps: [...path, ...steps.slice(count)] } : undefined;
    }
    const all = path.map(({ step }) => step);
    const followed = follow(model, property, initial, [], all);
    const isWhole = followed.kind === "violates" && followed.trace.steps.length === steps.length;
    return isWhole ? followed.trace : undefined;
  };
  return new Orders(model, initial, way, isSafe ? 1 : 0, next).best(traceBy, goesOn) ?? trace;
}

/** Where an order has come to: how many steps each actor has taken, who was the last, and how it got there. */
interface Position {
  readonly taken: readonly number[];
  readonly last: number;
  readonly state: State;
  readonly switches: number;
  readonly step: Step | undefined;
  readonly before: Position | undefined;
}

/** The orders of some steps in which each actor keeps its own. */
class Orders {
  readonly #model: Model;
  readonly #initial: State;
  /** The steps of each actor, in their order; the actors in the order in which they begin. */
  readonly #lanes: readonly (readonly Step[])[];
  readonly #actors: readonly string[];
  /** How many steps stay at the end: the one that violates. */
  readonly #staying: readonly Step[];
  readonly #next: string | undefined;

  constructor(model: Model, initial: State, steps: readonly Step[], stay: number, next?: string) {
    const free = steps.slice(0, Math.max(0, steps.length - stay));
    this.#model = model;
    this.#initial = initial;
    this.#actors = [...new Set(free.map(({ actor }) => actor))];
    this.#lanes = this.#actors.map((actor) => free.filter((step) => step.actor === actor));
    this.#staying = steps.slice(free.length);
    this.#next = this.#staying[0]?.actor ?? next;
  }

  /** The trace that the best order makes of those that make one; undefined if there were too many to look at. */
  best(
    traceBy: (path: readonly TraceStep[]) => Trace | undefined,
    goesOn: () => boolean,
  ): Trace | undefined {
    if (this.#lanes.length < 2) return undefined;
    // By the number of switches; of as many, those that were found first.
    let level: Position[] = [
      {
        taken: this.#lanes.map(() => 0),
        last: -1,
        state: this.#initial,
        switches: 0,
        step: undefined,
        before: undefined,
      },
    ];
    const seen = new Set<string>();
    while (level.length > 0) {
      const later: Position[] = [];
      for (let at = 0; at < level.length; at++) {
        if (!goesOn()) return undefined;
        const position = level[at] as Position;
        const key = this.#keyOf(position);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > mostPositions) return undefined;
        if (this.#isWhole(position)) {
          const path = this.#withEnd(position);
          const trace = path && traceBy(path);
          if (trace !== undefined) return trace;
          continue;
        }
        for (const next of this.#after(position)) {
          (next.switches === position.switches ? level : later).push(next);
        }
      }
      level = later;
    }
    return undefined;
  }

  #isWhole = ({ taken }: Position): boolean =>
    taken.every((count, lane) => count === (this.#lanes[lane] as readonly Step[]).length);

  #keyOf({ taken, last, state }: Position): string {
    return `${taken.join(" ")} ${last} ${this.#model.encode(state, "a step").join(" ")}`;
  }

  /** Where one more step leads; that of the same actor first. The switch to what comes behind counts with the last. */
  #after(position: Position): readonly Position[] {
    return this.#lanes.flatMap((steps, lane) => {
      const step = steps[position.taken[lane] as number];
      const state = step && this.#stateAfter(position.state, step);
      if (step === undefined || state === undefined) return [];
      const taken = position.taken.with(lane, (position.taken[lane] as number) + 1);
      const next: Position = {
        taken,
        last: lane,
        state,
        switches: position.switches + Number(position.last >= 0 && position.last !== lane),
        step,
        before: position,
      };
      const endsElsewhere = this.#isWhole(next) && this.#actors[lane] !== this.#next;
      return [endsElsewhere ? { ...next, switches: next.switches + 1 } : next];
    });
  }

  #stateAfter(state: State, step: Step): State | undefined {
    if (!this.#model.isEnabled(state, step)) return undefined;
    try {
      return this.#model.apply(state, step);
    } catch (error) {
      if (error instanceof AssertionFailure) return undefined;
      throw error;
    }
  }

  /** The steps of an order with those that stay behind it; undefined if one of these is not possible there. */
  #withEnd(position: Position): readonly TraceStep[] | undefined {
    const path: TraceStep[] = [];
    for (let at: Position | undefined = position; at !== undefined; at = at.before) {
      if (at.step !== undefined) path.unshift({ step: at.step, state: at.state });
    }
    let { state } = position;
    for (const step of this.#staying) {
      if (!this.#model.isEnabled(state, step)) return undefined;
      try {
        state = this.#model.apply(state, step);
      } catch (error) {
        if (!(error instanceof AssertionFailure)) throw error;
      }
      path.push({ step, state });
    }
    return path;
  }
}
