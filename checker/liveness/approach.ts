import type { Bits } from "./bits.ts";
import { type Graph, sourceOf } from "./graph.ts";

/** A shortest way to a state: steps by position. */
export interface Stem {
  readonly start: number;
  readonly steps: readonly number[];
}

/** A place of the approach: a state, and whether the way there has already come to where it is to stay. */
export interface Place {
  readonly state: number;
  readonly stays: boolean;
  readonly depth: number;
}

/** The ways into a graph, the nearest place first, found as far as somebody asks. */
export interface Approach {
  /** The place that is found so many places after the first; undefined if there are not so many. */
  place(position: number): Place | undefined;
  stem(position: number): Stem;
}

const none = 2 ** 32 - 1;
const isInitial = none - 1;
const turnsHere = none - 2;

/**
 * Breadth first from the initial states. Each state is met freely, and, where `from` is given, once more on
 * a way that went through one of those and from there did not leave `stay`.
 */
export function approachTo(graph: Graph, from?: Bits, stay?: Bits): Approach {
  const { states, initial, first, target, budget } = graph;
  const places = from === undefined ? states : 2 * states;
  /** A place is the number of its state; where it stays, plus the number of states. */
  const queue = budget.list(Uint32Array, places);
  const cameBy = budget.list(Uint32Array, places).fill(none);
  let expanded = 0;
  let found = 0;

  function meet(place: number, by: number): void {
    if (cameBy[place] !== none) return;
    cameBy[place] = by;
    queue[found++] = place;
    if (place < states && from?.has(place) === true && stay?.has(place) !== false) {
      meet(states + place, turnsHere);
    }
  }

  for (const state of initial) meet(state, isInitial);
  /** The positions at which the depths begin, as far as known. */
  const levels = [0, found];

  function expand(position: number): void {
    if (position === levels.at(-1)) levels.push(found);
    const place = queue[position] as number;
    const offset = place < states ? 0 : states;
    const state = place - offset;
    const end = first[state + 1] as number;
    budget.spend(1 + end - (first[state] as number));
    for (let step = first[state] as number; step < end; step++) {
      const reached = target[step] as number;
      if (offset === 0 || stay?.has(reached) !== false) meet(offset + reached, step);
    }
  }

  function depthOf(position: number): number {
    let low = 0;
    let high = levels.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((levels[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    place: (position) => {
      while (position >= found && expanded < found) expand(expanded++);
      if (position >= found) return undefined;
      const place = queue[position] as number;
      const stays = place >= states;
      return { state: stays ? place - states : place, stays, depth: depthOf(position) };
    },
    stem: (position) => {
      const steps: number[] = [];
      let place = queue[position] as number;
      for (;;) {
        const by = cameBy[place] as number;
        if (by === turnsHere) {
          place -= states;
          continue;
        }
        if (by === isInitial) return { start: place, steps: steps.reverse() };
        steps.push(by);
        place = sourceOf(graph, by) + (place < states ? 0 : states);
      }
    },
  };
}
