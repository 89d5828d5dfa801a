import type { Graph } from "./graph.ts";

/** A graph of orbits, in which a step leads to another orbit or to another state of the same one. */
export interface OrbitGraph extends Omit<Graph, "renames"> {
  /** The renaming of the step at each position: see `Renames`. */
  readonly renamedBy: Uint32Array;
}

/**
 * The graph of orbits with a second state for each orbit of which a step leads to another state of the same: these lead
 * from the one to the other and back. So what leads back to its own state is, here as in any graph, nothing at all.
 */
export function withSeconds(graph: OrbitGraph): OrbitGraph & { readonly of: Uint32Array } {
  const { states, first, target, label, renamedBy, budget } = graph;
  const seconds: number[] = [];
  let steps = first[states] as number;
  for (let state = 0; state < states; state++) {
    const [begin, end] = [first[state] as number, first[state + 1] as number];
    budget.spend(1 + end - begin);
    if (!target.subarray(begin, end).includes(state)) continue;
    seconds.push(state);
    steps += end - begin;
  }
  const all = states + seconds.length;
  const doubled = {
    first: budget.list(Uint32Array, all + 1),
    target: budget.list(Uint32Array, steps),
    label: budget.list(Uint16Array, steps),
    renamedBy: budget.list(Uint32Array, steps),
    of: budget.list(Uint32Array, all),
  };
  doubled.first.set(first);
  doubled.target.set(target);
  doubled.label.set(label);
  doubled.renamedBy.set(renamedBy);
  for (let state = 0; state < states; state++) doubled.of[state] = state;
  let at = first[states] as number;
  for (const [position, state] of seconds.entries()) {
    const second = states + position;
    doubled.of[second] = state;
    const end = first[state + 1] as number;
    for (let step = first[state] as number; step < end; step++, at++) {
      const reached = target[step] as number;
      if (reached === state) doubled.target[step] = second;
      doubled.target[at] = reached;
      doubled.label[at] = label[step] as number;
      doubled.renamedBy[at] = renamedBy[step] as number;
    }
    doubled.first[second + 1] = at;
  }
  return { ...graph, states: all, ...doubled };
}
