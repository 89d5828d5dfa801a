import type { Forest } from "./forest.ts";

/** Colours of the nodes of a forest, and what follows from them for the order of siblings. */
export interface Arrangement {
  readonly colours: Int32Array;
  /** How many siblings are ahead of a node for good; those that are still alike share a rank. */
  readonly ranks: Int32Array;
  /** The children of each node in its own range, sorted by rank; those alike in the order of the forest. */
  readonly sorted: Int32Array;
}

/** An arrangement in which all nodes are alike; what `sorted` holds is set when it is refined. */
export const newArrangement = ({ size, children }: Forest): Arrangement => ({
  colours: new Int32Array(size),
  ranks: new Int32Array(size),
  sorted: new Int32Array(children.length),
});

/** The groups, two or more, of siblings of one rank. */
export function* groupsOf(
  { from, parents }: Forest,
  { ranks, sorted }: Arrangement,
): Generator<readonly number[]> {
  for (const id of parents) {
    let group: number[] = [];
    for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
      const child = sorted[at] as number;
      if (group.length > 0 && ranks[child] === ranks[group[0] as number]) group.push(child);
      else {
        if (group.length > 1) yield group;
        group = [child];
      }
    }
    if (group.length > 1) yield group;
  }
}

/**
 * Siblings of one rank below the first node, in the order of the places, that has any. Above that
 * node no siblings are alike, so its place is canonical; ranks are compared among siblings only, so
 * that a tie of hashes costs time, never a wrong answer.
 */
export function siblingsAlike(
  { from, parents }: Forest,
  { ranks, sorted }: Arrangement,
  place: Int32Array,
): readonly number[] {
  let found: readonly number[] = [];
  let foundPlace = Number.POSITIVE_INFINITY;
  for (const id of parents) {
    if ((place[id] as number) >= foundPlace) continue;
    const siblings = [...sorted.subarray(from[id], from[id + 1])];
    const first = siblings.find(
      (child, i) => i > 0 && ranks[child] === ranks[siblings[i - 1] as number],
    );
    if (first === undefined) continue;
    found = siblings.filter((child) => ranks[child] === ranks[first]);
    foundPlace = place[id] as number;
  }
  return found;
}
