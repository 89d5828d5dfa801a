import type { Claim, Digits, Model, State, Step } from "../../model/index.ts";
import { type PropertyPart, SpecError } from "../../spec/index.ts";
import type { Bits } from "./bits.ts";
import { type Graph, statesAlong } from "./graph.ts";
import type { Renamings } from "./renamings.ts";

/** What a search has explored, as a graph; its labels are the positions of the model's steps. */
export interface Explored {
  readonly graph: Graph;
  /** The states in which a part of a property is true for a choice. */
  where(claim: Claim, part: PropertyPart, choice: readonly unknown[]): Bits;
  /** The states in which a step is possible, be it that it changes nothing: an edge of the graph it is only if it does. */
  possible(step: Step): Bits;
  digitsOf(state: number): Digits;
  /** If these are orbits: then a step that leads back to its own state leads to another of the same orbit. */
  readonly orbits?: Orbits;
  /** Of orbits told apart: a behaviour of the model for one of the graph, from a state by steps at these positions. */
  along?(start: number, steps: readonly number[]): Behaviour;
  /** Of orbits told apart: the choice of which is asked in a state. */
  choiceAt?(state: number): readonly unknown[];
  /** Of how many states edges and answers are compared with the reference semantics; undefined if it made the graph. */
  readonly audited?: number;
}

/** A behaviour of the model: a state more than there are steps. */
export interface Behaviour {
  readonly states: readonly Digits[];
  readonly steps: readonly Step[];
}

/** What is known of orbits besides. */
export interface Orbits {
  /** The renaming of the step at each position: of the state to which it leads to the one that stands for its orbit. */
  readonly renamedBy: Uint32Array;
  readonly renamings: Renamings;
}

/** What a property is decided on. */
export interface Basis extends Pick<Explored, "audited"> {
  /** How many states, or orbits, there are. */
  readonly states: number;
  /** What to ask about a choice. */
  readonly exploredFor: (choice: readonly unknown[]) => Explored;
}

/** The behaviour of the model that is shown by steps of a graph, given by position. */
export const behaviourOf = (
  model: Model,
  explored: Explored,
  start: number,
  steps: readonly number[],
): Behaviour =>
  explored.along?.(start, steps) ?? {
    states: statesAlong(explored.graph, start, steps).map((state) => explored.digitsOf(state)),
    steps: steps.map((position) => model.steps[explored.graph.label[position] as number] as Step),
  };

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

/** Whether a step is possible in a state, and leads to one with these digits, by the reference semantics. */
export const leadsTo = (model: Model, before: State, step: Step, after: Digits): boolean =>
  model.isEnabled(before, step) &&
  String(model.encode(model.apply(before, step), step.label)) === String(after);
