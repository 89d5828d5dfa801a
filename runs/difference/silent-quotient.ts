import { Budget, visitComponents } from "../../checker/index.ts";
import type { Sides } from "./aligned.ts";
import type { StateGraph } from "./state-graph.ts";

/** Two graphs as blocks of their states, in which the same can be seen as in them. */
export interface SilentQuotient {
  /** Of each state its block: a block may have states of both. */
  readonly block: Sides<Uint32Array>;
  /** Of each block the blocks that a step leads to; never itself. */
  readonly next: readonly (readonly number[])[];
  /** Of each block what is seen in its states. */
  readonly seen: Uint32Array;
  /** Of each block whether the steps of its states are not known. */
  readonly isOpen: readonly boolean[];
}

/** Asked often, with a chance for whoever waits: why to end, if it is to end. */
export type MustEnd = () => Promise<string | undefined>;

/** A graph with what is seen in each state; the steps of some states are not known. */
interface SeenGraph extends Pick<StateGraph, "size" | "first" | "target"> {
  readonly seen: Uint32Array;
  readonly isOpenAt: (state: number) => boolean;
}

/**
 * Joins states of two graphs that are branching bisimilar as far as their steps are known, where a step is silent unless it
 * changes what is seen: the blocks are refined by signatures until they stay (Blom and Orzan, 2005). Whether silence can
 * last for ever is not kept. `seen` is of each state what is seen in it, by the same numbers in both. Why it ended early
 * instead, where it must.
 */
export async function silentQuotient(
  graphs: Sides<StateGraph>,
  seen: Sides<Uint32Array>,
  mustEnd: MustEnd,
): Promise<SilentQuotient | string> {
  const quotient = await quotientOf(besideEachOther(graphs, seen), mustEnd);
  if (typeof quotient === "string") return quotient;
  const { block, ...its } = quotient;
  const apart = graphs[0].size;
  return { ...its, block: [block.subarray(0, apart), block.subarray(apart)] };
}

function besideEachOther(
  [one, other]: Sides<StateGraph>,
  [seenInOne, seenInOther]: Sides<Uint32Array>,
): SeenGraph {
  // Of states whose steps are not known there are none.
  const ends = ({ size, first, expanded }: StateGraph): readonly number[] =>
    Array.from({ length: size }, (_, s) => first[Math.min(s + 1, expanded)] as number);
  const steps = one.target.length;
  return {
    size: one.size + other.size,
    first: Uint32Array.from([0, ...ends(one), ...ends(other).map((end) => end + steps)]),
    target: Uint32Array.from([...one.target, ...other.target.map((to) => to + one.size)]),
    seen: Uint32Array.from([...seenInOne, ...seenInOther]),
    isOpenAt: (s) => (s < one.size ? s >= one.expanded : s - one.size >= other.expanded),
  };
}

async function quotientOf(
  graph: SeenGraph,
  mustEnd: MustEnd,
): Promise<(Omit<SilentQuotient, "block"> & { readonly block: Uint32Array }) | string> {
  const { size, first, target, seen, isOpenAt } = graph;
  const { component, members } = silentComponents(graph);

  const keysOf = (keys: readonly string[]): { block: number[]; count: number } => {
    const numbers = new Map<string, number>();
    const block = keys.map((key) => {
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    });
    return { block, count: numbers.size };
  };
  let { block, count } = keysOf(
    members.map(([state = 0]) => `${seen[state]} ${isOpenAt(state) ? "open" : ""}`),
  );
  for (;;) {
    const reason = await mustEnd();
    if (reason !== undefined) return reason;
    /** Of each component the blocks that are entered next, from anywhere that silent steps within its block lead to. */
    const signature: (readonly number[])[] = [];
    for (const [own, its] of members.entries()) {
      const entered = new Set<number>();
      for (const state of its) {
        for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
          const to = target[at] as number;
          const there = component[to] as number;
          if (there === own) continue;
          if (block[there] !== block[own]) entered.add(block[there] as number);
          // Components come after those that silent steps lead to.
          else for (const one of signature[there] as readonly number[]) entered.add(one);
        }
      }
      signature.push([...entered].sort((one, other) => one - other));
    }
    const refined = keysOf(signature.map((its, own) => `${block[own]}:${its.join()}`));
    if (refined.count === count) {
      const next: (readonly number[])[] = [];
      const blockSeen = new Uint32Array(count);
      const isOpen: boolean[] = [];
      for (const [own, its] of signature.entries()) {
        const [state = 0] = members[own] as readonly number[];
        next[block[own] as number] = its;
        blockSeen[block[own] as number] = seen[state] as number;
        isOpen[block[own] as number] = isOpenAt(state);
      }
      const of = Uint32Array.from(
        { length: size },
        (_, s) => block[component[s] as number] as number,
      );
      return { block: of, next, seen: blockSeen, isOpen };
    }
    ({ block, count } = refined);
  }
}

/** States among which silent steps lead round: the components of each, and their members, those behind silent steps first. */
function silentComponents({ size, first, target, seen }: SeenGraph): {
  readonly component: Uint32Array;
  readonly members: readonly (readonly number[])[];
} {
  const starts = new Uint32Array(size + 1);
  const silent: number[] = [];
  for (let state = 0; state < size; state++) {
    for (let at = first[state] as number; at < (first[state + 1] as number); at++) {
      const to = target[at] as number;
      if (seen[to] === seen[state]) silent.push(to);
    }
    starts[state + 1] = silent.length;
  }
  const component = new Uint32Array(size);
  const members: number[][] = [];
  const only = {
    states: size,
    initial: [],
    first: starts,
    target: Uint32Array.from(silent),
    label: new Uint16Array(0),
    budget: new Budget(Infinity, () => {}),
  };
  visitComponents(only, undefined, (states, from, to) => {
    const its = [...states.subarray(from, to)];
    for (const state of its) component[state] = members.length;
    members.push(its);
    return true;
  });
  return { component, members };
}
