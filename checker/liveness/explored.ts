import type { Claim, Digits, Model, Step } from "../../model/index.ts";
import { type PropertyPart, SpecError } from "../../spec/index.ts";
import type { Bits } from "./bits.ts";
import type { Graph } from "./graph.ts";

/** What a search has explored, as a graph; its labels are the positions of the model's steps. */
export interface Explored {
  readonly graph: Graph;
  /** The states in which a part of a property is true for a choice. */
  where(claim: Claim, part: PropertyPart, choice: readonly unknown[]): Bits;
  /** The states in which a step is possible, be it that it changes nothing: an edge of the graph it is only if it does. */
  possible(step: Step): Bits;
  digitsOf(state: number): Digits;
  /** Of how many states edges and answers are compared with the reference semantics; undefined if it made the graph. */
  readonly audited?: number;
}

/** Steps are numbered in 16 bits. */
const mostSteps = 2 ** 16;

/** Throws `SpecError` for a model with more steps than there are labels. */
export function checkLabels({ spec, steps }: Model): void {
  if (steps.length <= mostSteps) return;
  throw new SpecError(
    `${spec.name} has ${steps.length} actions with their choices; liveness can be decided of ${mostSteps} at most. ` +
      "Take smaller constants, or --no-liveness.",
  );
}

/** About how much memory a graph takes, with what is done on it, in bytes. */
export const graphBytes = (states: number, steps: number): number => 24 * states + 6 * steps;
