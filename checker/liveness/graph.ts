import type { Budget } from "./budget.ts";

/** A reachable graph: states are numbered from 0. */
export interface Graph {
  readonly states: number;
  readonly initial: readonly number[];
  /** The steps of state s stand at positions first[s] up to first[s + 1]. */
  readonly first: Uint32Array;
  /** Where each step leads. One that leads back to its own state changes nothing, as if it were not there. */
  readonly target: Uint32Array;
  /** Which step it is: an action with its choice. */
  readonly label: Uint16Array;
  /** What work on it may take. */
  readonly budget: Budget;
  /** Of a graph of orbits: which names elements have by the end of a step. */
  readonly renames?: Renames | undefined;
}

/**
 * How elements are renamed along the steps of a graph of orbits. A state stands for its whole orbit, by the names that
 * its own elements have; behind a step an element goes by another name, that of its place in the state that stands for
 * the orbit which was reached. Renamings are numbered; 0 leaves all names as they are.
 */
export interface Renames {
  /** The renaming of the step at each position. */
  readonly by: Uint32Array;
  /** What a renaming makes of each label. */
  readonly labels: (renaming: number) => Uint16Array;
  /** Whether steps that lead from a state round to itself do so in the model too: not to another of its orbit. */
  readonly closes: (state: number, steps: readonly number[]) => boolean;
}

/** The state in which the step at a position is taken. */
export function sourceOf({ states, first }: Graph, step: number): number {
  let low = 0;
  let high = states - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((first[middle] as number) <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The states that steps, given by position, come through, beginning with `start`. */
export const statesAlong = (
  { target }: Graph,
  start: number,
  steps: readonly number[],
): readonly number[] => [start, ...steps.map((step) => target[step] as number)];
