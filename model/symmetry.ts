import { type Constants, type IndexSet, sizeOf } from "../spec/index.ts";
import type { Colours, Digits, Layout, Permutation } from "./layout.ts";
import { mix, mixed } from "./mix.ts";

/** The one state that stands for all those that differ from it only by a permitted exchange. */
export interface Canonical {
  readonly digits: Digits;
  /** The number of states that it stands for, itself included. */
  readonly orbit: bigint;
}

/** The exchanges that a protocol declares for its index sets, as a group that acts on states. */
export interface Symmetry {
  /** How many exchanges there are in all; 1 if there is no symmetry. */
  readonly order: bigint;
  canonical(digits: Digits): Canonical;
  /** Exchanges from which all others are composed. */
  readonly generators: readonly Permutation[];
  /** Any exchange at all, each as likely as another if `pick(n)` is any number from 0 to n - 1. */
  any(pick: (below: number) => number): Permutation;
}

/** The group of no exchange at all: every state stands for itself. */
export const noSymmetry: Symmetry = {
  order: 1n,
  canonical: (digits) => ({ digits, orbit: 1n }),
  generators: [],
  any: () => [],
};

/**
 * Each kind of exchange is a forest of rooted trees in which the children of any node may be permuted:
 * interchangeable elements are the children of one root; buddies are binary trees, their roots the
 * children of one node above. Leaves and nodes of the same buddies share a tree.
 */
interface Node {
  readonly parent: number;
  readonly children: number[];
  /** The elements that go where this node goes, as [set, element]. */
  readonly elements: (readonly [set: number, element: number])[];
}

/** The symmetry of the index sets of a layout. */
export function symmetryOf(layout: Layout, constants: Constants): Symmetry {
  const { sets } = layout;
  const sizes = sets.map((set) => sizeOf(set.size, constants, `"${set.name}"`));
  const forest = forestOf(sets, sizes, constants);
  const parents = forest.flatMap((node, id) => (node.children.length > 1 ? [id] : []));
  const order = parents.reduce(
    (product, id) => product * factorial((forest[id] as Node).children.length),
    1n,
  );
  const identity = sizes.map((size) => Int32Array.from({ length: size }, (_, element) => element));

  /** The permutation of elements when each node goes to the place `place[node]`. */
  function permutationOf(place: Int32Array): Permutation {
    const result = identity.map((ofSet) => ofSet.slice());
    forest.forEach((node, id) => {
      const target = forest[place[id] as number] as Node;
      node.elements.forEach(([set, element], position) => {
        (result[set] as Int32Array)[element] = (
          target.elements[position] as readonly [number, number]
        )[1];
      });
    });
    return result;
  }

  const swaps = new Map<number, Permutation>();
  /** The exchange of two siblings with all below them. */
  function swap(one: number, other: number): Permutation {
    const key = one * forest.length + other;
    let found = swaps.get(key);
    if (found === undefined) {
      const place = Int32Array.from(forest.keys());
      const pending: (readonly [number, number])[] = [[one, other]];
      for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
        const [here, there] = pair;
        place[here] = there;
        place[there] = here;
        (forest[here] as Node).children.forEach((child, position) => {
          pending.push([child, (forest[there] as Node).children[position] as number]);
        });
      }
      found = permutationOf(place);
      swaps.set(key, found);
    }
    return found;
  }

  const generators = parents.flatMap((id) => {
    const { children } = forest[id] as Node;
    return children.slice(1).map((child, before) => swap(children[before] as number, child));
  });

  /** The elements of ordered sets are in no tree: each has a colour of its own for good. */
  const elementColours: Colours = sizes.map((size) =>
    Int32Array.from({ length: size }, (_, element) => mix(element, 37)),
  );
  const sums: Colours = sizes.map((size) => new Int32Array(size));

  // The forest once more, flat, for the loops below: children of node n are children[from[n]] up to from[n + 1].
  const from = Int32Array.from({ length: forest.length + 1 }, (_, id) =>
    forest.slice(0, id).reduce((sum, node) => sum + node.children.length, 0),
  );
  const children = Int32Array.from(forest.flatMap((node) => node.children));
  const parentOf = Int32Array.from(forest, (node) => node.parent);
  /** Each node at its own place. */
  const everyPlace = Int32Array.from(forest.keys());
  const depths: number[] = [];
  for (const { parent } of forest) depths.push(parent < 0 ? 0 : (depths[parent] as number) + 1);

  /** Colours of the nodes, and what follows from them for the order of siblings. */
  interface Arrangement {
    readonly colours: Int32Array;
    /** How many siblings are ahead of a node for good; those that are still alike share a rank. */
    readonly ranks: Int32Array;
    /** As `children`, each node's sorted by rank. */
    readonly sorted: Int32Array;
    /** How many siblings have the rank of the one before them. */
    readonly ties: number;
  }

  /**
   * Sorts siblings by the rank that they had, and those that shared one by colour. A rank once given is
   * kept: two different choices among siblings never end in the same order, or one order of the
   * elements would be counted as two that leave the state as it is.
   */
  function arranged(colours: Int32Array, before: Int32Array): Arrangement {
    const sorted = children.slice();
    const ranks = before.slice();
    let ties = 0;
    for (const id of parents) {
      const first = from[id] as number;
      for (let at = first + 1; at < (from[id + 1] as number); at++) {
        const child = sorted[at] as number;
        const rank = before[child] as number;
        const colour = colours[child] as number;
        let to = at;
        for (; to > first; to--) {
          const other = sorted[to - 1] as number;
          const difference =
            (before[other] as number) - rank || (colours[other] as number) - colour;
          if (difference <= 0) break;
          sorted[to] = other;
        }
        sorted[to] = child;
      }
      ranks[sorted[first] as number] = 0;
      for (let at = first + 1; at < (from[id + 1] as number); at++) {
        const [previous, child] = [sorted[at - 1] as number, sorted[at] as number];
        const isAlike = before[previous] === before[child] && colours[previous] === colours[child];
        ranks[child] = isAlike ? (ranks[previous] as number) : at - first;
        if (isAlike) ties++;
      }
    }
    return { colours, ranks, sorted, ties };
  }

  /** Splits colours until all siblings differ, or nothing that the state says tells them apart. */
  function refine(digits: Digits, start: Pick<Arrangement, "colours" | "ranks">): Arrangement {
    let { colours, ranks } = start;
    let ties = Number.POSITIVE_INFINITY;
    for (;;) {
      for (let set = 0; set < sums.length; set++) (sums[set] as Int32Array).fill(0);
      for (let id = 0; id < forest.length; id++) {
        const { elements } = forest[id] as Node;
        for (let i = 0; i < elements.length; i++) {
          const [set, element] = elements[i] as readonly [number, number];
          (elementColours[set] as Int32Array)[element] = colours[id] as number;
        }
      }
      layout.colour(digits, elementColours, sums);
      const next = new Int32Array(forest.length);
      for (let id = forest.length - 1; id >= 0; id--) {
        const { elements } = forest[id] as Node;
        let colour = colours[id] as number;
        for (let i = 0; i < elements.length; i++) {
          const [set, element] = elements[i] as readonly [number, number];
          colour = mixed(colour, set, (sums[set] as Int32Array)[element] as number);
        }
        let below = 0;
        for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
          below = (below + mix(next[children[at] as number] as number, 23)) | 0;
        }
        next[id] = mix(colour, below);
      }
      for (let id = 0; id < forest.length; id++) {
        const parent = parentOf[id] as number;
        if (parent >= 0) next[id] = mix(next[id] as number, next[parent] as number);
      }
      colours = next;
      const arrangement = arranged(colours, ranks);
      if (arrangement.ties === 0 || arrangement.ties >= ties) return arrangement;
      ({ ranks, ties } = arrangement);
    }
  }

  /** The place that its rank gives each node among its siblings; ties in the order of the forest. */
  function placesBy({ sorted }: Pick<Arrangement, "sorted">): Int32Array {
    const place = everyPlace.slice();
    for (const id of parents) {
      const shift = (from[place[id] as number] as number) - (from[id] as number);
      for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
        place[sorted[at] as number] = children[at + shift] as number;
      }
    }
    return place;
  }

  /**
   * Siblings of one rank below the first node, in the order of the places, that has any. Above that
   * node no siblings are alike, so its place is canonical; ranks are compared among siblings only, so
   * that a tie of hashes costs time, never a wrong answer.
   */
  function siblingsAlike({ ranks, sorted }: Arrangement, place: Int32Array): readonly number[] {
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

  /**
   * Of the siblings alike that are furthest from a root, those whose subtrees may be exchanged, part for
   * part in the order of their colours, without changing the state. Any order of them gives the same
   * candidate. This holds of all states of an orbit or of none.
   */
  function twinsIn(digits: Digits, arrangement: Arrangement): readonly (readonly number[])[] {
    const { ranks, sorted } = arrangement;
    let deepest = 0;
    let groups: number[][] = [];
    for (const id of parents) {
      let group: number[] = [];
      for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
        const child = sorted[at] as number;
        if (group.length > 0 && ranks[child] === ranks[group[0] as number]) group.push(child);
        else group = [child];
        if (group.length !== 2) continue;
        const depth = depths[id] as number;
        if (depth > deepest) groups = [];
        deepest = Math.max(deepest, depth);
        if (depth === deepest) groups.push(group);
      }
    }
    return groups.filter((group) =>
      group.every((id, i) => i === 0 || isTwin(digits, arrangement, group[0] as number, id)),
    );
  }

  /**
   * Whether two siblings may be exchanged, children matched in the order of their ranks, without
   * changing the state or the arrangement.
   */
  function isTwin(
    digits: Digits,
    { colours, ranks, sorted }: Arrangement,
    one: number,
    other: number,
  ): boolean {
    const isLeaf = from[one] === from[one + 1];
    if (isLeaf) return colours[one] === colours[other] && leaves(digits, swap(one, other));
    const place = everyPlace.slice();
    const pending: [number, number][] = [[one, other]];
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      const [here, there] = pair;
      if (colours[here] !== colours[there] || ranks[here] !== ranks[there]) return false;
      place[here] = there;
      place[there] = here;
      const shift = (from[there] as number) - (from[here] as number);
      for (let at = from[here] as number; at < (from[here + 1] as number); at++) {
        pending.push([sorted[at] as number, sorted[at + shift] as number]);
      }
    }
    return leaves(digits, permutationOf(place));
  }

  function canonical(digits: Digits): Canonical {
    let best: number[] | undefined;
    let automorphisms = 0n;

    function search(start: Pick<Arrangement, "colours" | "ranks">, multiplicity: bigint): void {
      const arrangement = refine(digits, start);
      const place = placesBy(arrangement);
      if (arrangement.ties === 0) {
        const candidate = layout.permute(digits, permutationOf(place));
        const ranking = best === undefined ? -1 : compare(candidate, best);
        if (ranking < 0) {
          best = candidate;
          automorphisms = multiplicity;
        } else if (ranking === 0) automorphisms += multiplicity;
        return;
      }
      const colours = arrangement.colours.slice();
      const ranks = arrangement.ranks.slice();
      const twins = twinsIn(digits, arrangement);
      if (twins.length > 0) {
        let orders = multiplicity;
        for (const siblings of twins) {
          orders *= factorial(siblings.length);
          siblings.forEach((id, position) => {
            colours[id] = mixed(colours[id] as number, 29, position);
            ranks[id] = (ranks[id] as number) + position;
          });
        }
        search({ colours, ranks }, orders);
        return;
      }
      // Otherwise each must be tried; but one of those whose exchange leaves the state as it is will do.
      const alike = siblingsAlike(arrangement, place);
      const classes: number[][] = [];
      for (const id of alike) {
        const same = classes.find(([first]) => isTwin(digits, arrangement, first as number, id));
        if (same === undefined) classes.push([id]);
        else same.push(id);
      }
      for (const id of alike) ranks[id] = (ranks[id] as number) + 1;
      for (const members of classes) {
        const chosen = members[0] as number;
        const [colour, rank] = [colours[chosen] as number, ranks[chosen] as number];
        colours[chosen] = mixed(colour, 31, 0);
        ranks[chosen] = rank - 1;
        search(
          { colours: colours.slice(), ranks: ranks.slice() },
          multiplicity * BigInt(members.length),
        );
        colours[chosen] = colour;
        ranks[chosen] = rank;
      }
    }

    search({ colours: new Int32Array(forest.length), ranks: new Int32Array(forest.length) }, 1n);
    return { digits: best ?? digits, orbit: order / automorphisms };
  }

  function leaves(digits: Digits, to: Permutation): boolean {
    return compare(layout.permute(digits, to), digits) === 0;
  }

  function any(pick: (below: number) => number): Permutation {
    const sorted = children.slice();
    for (const id of parents) {
      const first = from[id] as number;
      for (let last = (from[id + 1] as number) - 1; last > first; last--) {
        const other = first + pick(last - first + 1);
        [sorted[last], sorted[other]] = [sorted[other] as number, sorted[last] as number];
      }
    }
    return permutationOf(placesBy({ sorted }));
  }

  return { order, canonical, generators, any };
}

/** The nodes of all trees, parents before children, level by level so that ids grow with depth. */
function forestOf(
  sets: readonly IndexSet[],
  sizes: readonly number[],
  constants: Constants,
): readonly Node[] {
  const forest: { parent: number; children: number[]; elements: (readonly [number, number])[] }[] =
    [];
  const grow = (parent: number): number => {
    const id = forest.push({ parent, children: [], elements: [] }) - 1;
    if (parent >= 0) (forest[parent] as Node).children.push(id);
    return id;
  };
  const grown = new Map<object, readonly (readonly number[])[]>();
  sets.forEach((set, position) => {
    const size = sizes[position] as number;
    const attach = (node: number, element: number): void => {
      (forest[node] as Node).elements.push([position, element]);
    };
    if (set.exchange.kind === "ordered") return;
    if (set.exchange.kind === "interchangeable") {
      const root = grow(-1);
      for (let element = 0; element < size; element++) attach(grow(root), element);
      return;
    }
    const { of } = set.exchange;
    const perTree = 2 ** (of.levels + 1) - 1;
    let trees = grown.get(of);
    if (trees === undefined) {
      const count = sizeOf(of.trees, constants, `the trees of "${set.name}"`);
      const above = grow(-1);
      const nodes: number[][] = Array.from({ length: count }, () => [grow(above)]);
      for (let node = 1; node < perTree; node++) {
        for (const tree of nodes) tree.push(grow(tree[(node - 1) >> 1] as number));
      }
      trees = nodes;
      grown.set(of, trees);
    }
    trees.forEach((tree, number) => {
      if (set.exchange.kind === "nodes") {
        tree.forEach((node, place) => attach(node, number * perTree + place));
      } else {
        const leaves = tree.slice(2 ** of.levels - 1);
        leaves.forEach((node, place) => attach(node, number * leaves.length + place));
      }
    });
  });
  return forest;
}

function factorial(n: number): bigint {
  let product = 1n;
  for (let factor = 2; factor <= n; factor++) product *= BigInt(factor);
  return product;
}

function compare(a: Digits, b: Digits): number {
  for (let slot = 0; slot < a.length; slot++) {
    const difference = (a[slot] as number) - (b[slot] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
