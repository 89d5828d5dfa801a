import type { Bits } from "./bits.ts";
import type { Graph } from "./graph.ts";

/**
 * Asked of each strongly connected component: its states are `states[from]` up to `states[to]`, until
 * the function returns. False ends the search.
 */
export type VisitComponent = (states: Uint32Array, from: number, to: number) => boolean;

const closed = 2 ** 32 - 1;

/**
 * Visits the strongly connected components of the part of a graph that lies within some states (undefined:
 * all of it), each after those that can be reached from it. Tarjan's algorithm without recursion:
 * linear, 16 bytes a state.
 */
export function visitComponents(
  graph: Graph,
  within: Bits | undefined,
  visit: VisitComponent,
): void {
  graph.budget.scope(() => visitAll(graph, within, visit));
}

function visitAll(
  { states, first, target, budget }: Graph,
  within: Bits | undefined,
  visit: VisitComponent,
): void {
  /** 0: not met; then the order in which they were met, until their component is known. */
  const rank = budget.list(Uint32Array, states);
  for (let state = 0; state < states; state++) {
    if (within?.has(state) === false) rank[state] = closed;
  }
  /** From the left: states left behind, whose component is not known; from the right: the path. */
  const stack = budget.list(Uint32Array, states);
  let behind = 0;
  let depth = 0;
  /** Along the path: the next step to take, and the least rank that was seen from there. */
  const next = budget.list(Uint32Array, states);
  const least = budget.list(Uint32Array, states);
  let met = 0;

  function enter(state: number): void {
    met++;
    rank[state] = met;
    next[depth] = first[state] as number;
    least[depth] = met;
    depth++;
    stack[states - depth] = state;
  }

  for (let root = 0; root < states; root++) {
    if (rank[root] !== 0) continue;
    enter(root);
    while (depth > 0) {
      const level = depth - 1;
      const state = stack[states - depth] as number;
      const end = first[state + 1] as number;
      let step = next[level] as number;
      let lowest = least[level] as number;
      let child = -1;
      while (step < end) {
        const reached = target[step++] as number;
        const seen = rank[reached] as number;
        if (seen === 0) {
          child = reached;
          break;
        }
        if (seen < lowest) lowest = seen;
      }
      next[level] = step;
      least[level] = lowest;
      if (child >= 0) {
        enter(child);
        continue;
      }

      depth--;
      budget.spend(1 + end - (first[state] as number));
      const own = rank[state] as number;
      stack[behind++] = state;
      if (lowest < own) {
        if (lowest < (least[depth - 1] as number)) least[depth - 1] = lowest;
        continue;
      }
      let from = behind - 1;
      while (from > 0 && (rank[stack[from - 1] as number] as number) > own) from--;
      for (let position = from; position < behind; position++) {
        rank[stack[position] as number] = closed;
      }
      if (!visit(stack, from, behind)) return;
      behind = from;
    }
  }
}
