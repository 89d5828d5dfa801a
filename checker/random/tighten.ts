import type { Model, State } from "../../model/index.ts";
import { Ledger } from "../ledger.ts";
import type { PropertyName, Trace, TraceStep } from "../verdict.ts";
import { diceOf } from "./dice.ts";
import { Groups, Preferences } from "./preferences.ts";
import { Walk } from "./walk.ts";

export interface TightenOptions {
  readonly seed: number;
  /** What is left of a trace without the steps that do not matter; it violates the same property. */
  readonly shrink: (trace: Trace) => Trace;
  /** Asked often: whether to go on. */
  readonly goesOn: () => boolean;
  /** How many steps to try without a gain; a fixed number if left out, so that a trace comes to the same on every machine. */
  readonly mostSteps?: number | undefined;
}

/**
 * A shorter trace of the same violation, by other steps, if random walks find one: from somewhere on the trace to a later
 * state of it, or to the violation, in fewer steps than it takes. What is found so is shrunk, and tightened in turn. The same
 * seed comes to the same, unless `goesOn` says no.
 */
export function tightened(
  model: Model,
  property: PropertyName,
  trace: Trace,
  { seed, shrink, goesOn, mostSteps = 20_000 }: TightenOptions,
): Trace {
  const groups = new Groups(model);
  let best = shrink(trace);
  let way = new Way(model, best);
  let left = mostSteps;
  for (let number = 0; left > 0 && best.steps.length > 1 && goesOn(); number++) {
    const dice = diceOf(seed, otherRuns + number);
    const favourite = BigInt(dice() % Math.max(1, groups.actions.length));
    const preferences = new Preferences(model, groups, 3n << (2n * favourite), dice);
    const from = number % 2 === 0 ? 0 : dice() % best.steps.length;
    const walk = new Walk(model, new Ledger(model, [property.name]), way.stateAt(from));
    // At least one step shorter than what it stands for.
    for (let most = best.steps.length - from - 1; walk.length < most; ) {
      left--;
      const result = walk.takeOneOf(preferences.steps(walk.state));
      if (result === "ended") break;
      const shorter = result === "taken" ? way.joined(from, walk) : way.ended(from, result.trace);
      if (shorter === undefined) continue;
      const shrunk = shrink(shorter);
      if (shrunk.steps.length < best.steps.length) {
        best = shrunk;
        left = mostSteps;
        way = new Way(model, best);
      }
      break;
    }
  }
  return best;
}

/** Runs that no exploration makes. */
const otherRuns = 2 ** 40;

/** A trace, with its states to find again. */
class Way {
  readonly #model: Model;
  readonly #trace: Trace;
  /** The last state of the trace that is so, by its digits. */
  readonly #places = new Map<string, number>();

  constructor(model: Model, trace: Trace) {
    this.#model = model;
    this.#trace = trace;
    for (let at = 0; at <= trace.steps.length; at++) {
      this.#places.set(this.#keyOf(this.stateAt(at)), at);
    }
  }

  stateAt(at: number): State {
    return this.#trace.steps[at - 1]?.state ?? this.#trace.initial;
  }

  /** The trace with a walk in the place of what it took from one state to where the walk is; undefined if that is no shorter. */
  joined(from: number, walk: Walk): Trace | undefined {
    const to = this.#places.get(this.#keyOf(walk.state));
    if (to === undefined || to - from <= walk.length || to === this.#trace.steps.length) {
      return undefined;
    }
    return this.#with(from, walk.steps(), this.#trace.steps.slice(to));
  }

  /** The trace with the end of a walk that violates the same. */
  ended(from: number, { steps, choice }: Trace): Trace {
    return { ...this.#with(from, steps, []), ...(choice && { choice }) };
  }

  #with(from: number, walked: readonly TraceStep[], rest: readonly TraceStep[]): Trace {
    const { initial, steps, choice } = this.#trace;
    const all = [...steps.slice(0, from), ...walked, ...rest];
    return { initial, steps: all, ...(choice && { choice }) };
  }

  #keyOf(state: State): string {
    return this.#model.packing.pack(this.#model.encode(state, "a step"));
  }
}
