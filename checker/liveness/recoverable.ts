import { approachTo, type Stem } from "./approach.ts";
import { Bits } from "./bits.ts";
import { visitComponents } from "./components.ts";
import type { Graph } from "./graph.ts";

/**
 * The way to the nearest state with `when` from which no state of `to` can be reached; undefined if there is
 * none. Linear.
 */
export function recoverable(graph: Graph, when: Bits, to: Bits): Stem | undefined {
  const { states, first, target } = graph;
  const recovers = new Bits(states);
  let isLost = false;
  visitComponents(graph, undefined, (members, begin, end) => {
    for (let position = begin; position < end; position++) {
      if (!leadsThere(members[position] as number)) continue;
      for (let member = begin; member < end; member++) recovers.add(members[member] as number);
      return true;
    }
    for (let position = begin; position < end && !isLost; position++) {
      isLost = when.has(members[position] as number);
    }
    return true;
  });

  /** What is behind the component of a state has been visited. */
  function leadsThere(state: number): boolean {
    if (to.has(state)) return true;
    const end = first[state + 1] as number;
    for (let step = first[state] as number; step < end; step++) {
      if (recovers.has(target[step] as number)) return true;
    }
    return false;
  }

  if (!isLost) return undefined;
  const approach = approachTo(graph);
  for (let position = 0; ; position++) {
    const place = approach.place(position);
    if (place === undefined) throw new Error("The graph has states that cannot be reached.");
    if (when.has(place.state) && !recovers.has(place.state)) return approach.stem(position);
  }
}
