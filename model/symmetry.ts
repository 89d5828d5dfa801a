import { type Constants, sizeOf } from "../spec/index.ts";
import type { Digits, Layout, Permutation } from "./layout.ts";
import { mix, mixed } from "./mix.ts";
import { forestOf, type Node } from "./symmetry/forest.ts";
import { groupActionOf } from "./symmetry/group-action.ts";
import { numberingOf, startsOf } from "./symmetry/numbering.ts";
import { sorterOf } from "./symmetry/sorter.ts";

/** The exchanges that a protocol declares for its index sets, as a group that acts on states. */
export interface Symmetry {
  /** How many exchanges there are in all; 1 if there is no symmetry. */
  readonly order: bigint;
  /**
   * The one state that stands for all those that differ from it only by a permitted exchange. It may
   * be the very list that was given.
   */
  canonical(digits: Digits): Digits;
  /** The number of states that one stands for, itself included: the same for all of them. */
  orbitOf(digits: Digits): bigint;
  /** Exchanges from which all others are composed. */
  readonly generators: readonly Permutation[];
  /** Any exchange at all, each as likely as another if `pick(n)` is any number from 0 to n - 1. */
  any(pick: (below: number) => number): Permutation;
}

/** The group of no exchange at all: every state stands for itself. */
export const noSymmetry: Symmetry = {
  order: 1n,
  canonical: (digits) => digits,
  orbitOf: () => 1n,
  generators: [],
  any: () => [],
};

/** Colours of the nodes, and what follows from them for the order of siblings. */
interface Arrangement {
  readonly colours: Int32Array;
  /** How many siblings are ahead of a node for good; those that are still alike share a rank. */
  readonly ranks: Int32Array;
  /** The children of each node in its own range, sorted by rank; those alike in the order of the forest. */
  readonly sorted: Int32Array;
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

  /** The exchange of two siblings with all below them. */
  function swap(one: number, other: number): Permutation {
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
    return permutationOf(place);
  }

  const generators = parents.flatMap((id) => {
    const { children: siblings } = forest[id] as Node;
    return siblings.slice(1).map((child, before) => swap(siblings[before] as number, child));
  });

  // The forest once more, flat, for the loops below: children of node n are children[from[n]] up to from[n + 1].
  const from = startsOf(forest.map((node) => node.children.length));
  const children = Int32Array.from(forest.flatMap((node) => node.children));
  const parentOf = Int32Array.from(forest, (node) => node.parent);
  const depths: number[] = [];
  for (const { parent } of forest) depths.push(parent < 0 ? 0 : (depths[parent] as number) + 1);

  const numbering = numberingOf(sets, sizes);
  const action = groupActionOf(layout, constants, numbering);
  const { named, own, ownFrom, seen, sums } = action;
  /** The elements of node n, numbered through, are elements[elementsFrom[n]] up to elementsFrom[n + 1]. */
  const elementsFrom = startsOf(forest.map((node) => node.elements.length));
  const elementSets = Int32Array.from(forest.flatMap((node) => node.elements.map(([set]) => set)));
  const elements = Int32Array.from(
    forest.flatMap((node) =>
      node.elements.map(([set, element]) => (numbering.first[set] as number) + element),
    ),
  );
  const nodeOf = new Int32Array(numbering.count);
  forest.forEach((_, id) => {
    for (let i = elementsFrom[id] as number; i < (elementsFrom[id + 1] as number); i++) {
      nodeOf[elements[i] as number] = id;
    }
  });
  /** Whether a look at their own digits tells if a node and a sibling can be exchanged. */
  const isPlain = new Uint8Array(forest.length);
  for (let id = forest.length - 1; id >= 0; id--) {
    const { children: below, elements: its } = forest[id] as Node;
    const plain = its.every(([set]) => !action.tangled.has(set));
    isPlain[id] = plain && below.every((child) => isPlain[child] === 1) ? 1 : 0;
  }
  const sort = sorterOf(layout, numbering, action);

  // Kept from one state to the next: canonical forms are asked for by the hundred thousand.
  const place = new Int32Array(forest.length);
  const twinPlace = new Int32Array(forest.length);
  const to = new Int32Array(numbering.count);
  const pairs = new Int32Array(2 * forest.length + 2);
  /** One for each level of the search. */
  const arrangements: Arrangement[] = [];

  function arrangementAt(level: number): Arrangement {
    let found = arrangements[level];
    if (found === undefined) {
      found = {
        colours: new Int32Array(forest.length),
        ranks: new Int32Array(forest.length),
        sorted: new Int32Array(children.length),
      };
      arrangements[level] = found;
    }
    return found;
  }

  /** Mixes into each node's colour what the state says of its elements, of those below and above. */
  function spread(digits: Digits, colours: Int32Array): void {
    if (action.isRelational) {
      for (let element = 0; element < nodeOf.length; element++) {
        seen[element] = colours[nodeOf[element] as number] as number;
      }
    }
    action.look(digits);
    for (let id = colours.length - 1; id >= 0; id--) {
      let colour = colours[id] as number;
      for (let i = elementsFrom[id] as number; i < (elementsFrom[id + 1] as number); i++) {
        colour = mixed(colour, elementSets[i] as number, sums[elements[i] as number] as number);
      }
      let below = 0;
      for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
        below = (below + mix(colours[children[at] as number] as number, 23)) | 0;
      }
      colours[id] = mix(colour, below);
    }
    for (let id = 0; id < colours.length; id++) {
      const parent = parentOf[id] as number;
      if (parent >= 0) colours[id] = mix(colours[id] as number, colours[parent] as number);
    }
  }

  /**
   * Sorts siblings by the rank that they had, and those that shared one by colour; answers how many
   * still share the rank of the one before them. A rank once given is kept: two different choices
   * among siblings never end in the same order, or one order of the elements would be counted as two
   * that leave the state as it is.
   */
  function arrange({ colours, ranks, sorted }: Arrangement): number {
    let ties = 0;
    for (const id of parents) {
      const first = from[id] as number;
      const end = from[id + 1] as number;
      for (let at = first + 1; at < end; at++) {
        const child = sorted[at] as number;
        const rank = ranks[child] as number;
        const colour = colours[child] as number;
        let target = at;
        for (; target > first; target--) {
          const other = sorted[target - 1] as number;
          const difference = (ranks[other] as number) - rank || (colours[other] as number) - colour;
          if (difference <= 0) break;
          sorted[target] = other;
        }
        sorted[target] = child;
      }
      let previous = sorted[first] as number;
      let before = ranks[previous] as number;
      ranks[previous] = 0;
      for (let at = first + 1; at < end; at++) {
        const child = sorted[at] as number;
        const rank = ranks[child] as number;
        const isAlike = rank === before && colours[previous] === colours[child];
        ranks[child] = isAlike ? (ranks[previous] as number) : at - first;
        if (isAlike) ties++;
        previous = child;
        before = rank;
      }
    }
    return ties;
  }

  /**
   * Splits colours until nothing that the state says tells more siblings apart. True if that settles
   * their order: they all differ, or those alike are twins at every depth, and then any order of them
   * gives the same candidate.
   */
  function refine(digits: Digits, arrangement: Arrangement): boolean {
    arrangement.sorted.set(children);
    let ties = Number.POSITIVE_INFINITY;
    for (;;) {
      spread(digits, arrangement.colours);
      const left = arrange(arrangement);
      if (left === 0 || areTwins(digits, arrangement)) return true;
      if (left >= ties) return false;
      ties = left;
    }
  }

  /** Whether all siblings of one rank are twins. */
  function areTwins(digits: Digits, arrangement: Arrangement): boolean {
    const { ranks, sorted } = arrangement;
    for (let i = parents.length - 1; i >= 0; i--) {
      const id = parents[i] as number;
      let first = sorted[from[id] as number] as number;
      for (let at = (from[id] as number) + 1; at < (from[id + 1] as number); at++) {
        const child = sorted[at] as number;
        if (ranks[child] !== ranks[first]) first = child;
        else if (!isTwin(digits, arrangement, first, child)) return false;
      }
    }
    return true;
  }

  /** Sets the place that its rank gives each node among its siblings; ties in the order of the forest. */
  function placeBy({ sorted }: Pick<Arrangement, "sorted">): void {
    for (let id = 0; id < place.length; id++) place[id] = id;
    for (const id of parents) {
      const shift = (from[place[id] as number] as number) - (from[id] as number);
      for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
        place[sorted[at] as number] = children[at + shift] as number;
      }
    }
  }

  /** Sets where the elements go with their nodes; whether any goes elsewhere. */
  function moveBy(places: Int32Array): boolean {
    let isMoved = false;
    for (let id = 0; id < places.length; id++) {
      const there = places[id] as number;
      if (there !== id) isMoved = true;
      const shift = (elementsFrom[there] as number) - (elementsFrom[id] as number);
      for (let i = elementsFrom[id] as number; i < (elementsFrom[id + 1] as number); i++) {
        to[elements[i] as number] = elements[i + shift] as number;
      }
    }
    return isMoved;
  }

  /**
   * Siblings of one rank below the first node, in the order of the places, that has any. Above that
   * node no siblings are alike, so its place is canonical; ranks are compared among siblings only, so
   * that a tie of hashes costs time, never a wrong answer.
   */
  function siblingsAlike({ ranks, sorted }: Arrangement): readonly number[] {
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

  /** The groups, two or more, of siblings of one rank. */
  function* groupsOf({ ranks, sorted }: Arrangement): Generator<readonly number[]> {
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
   * Of the siblings alike that are furthest from a root, those whose subtrees may be exchanged, part for
   * part in the order of their colours, without changing the state. Any order of them gives the same
   * candidate. This holds of all states of an orbit or of none.
   */
  function twinsIn(digits: Digits, arrangement: Arrangement): readonly (readonly number[])[] {
    const groups = [...groupsOf(arrangement)];
    const depthOf = ([id]: readonly number[]): number => depths[id as number] as number;
    const deepest = Math.max(...groups.map(depthOf));
    return groups.filter(
      (group) =>
        depthOf(group) === deepest &&
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
    const plain = isPlain[one] === 1;
    if (!plain) for (let id = 0; id < twinPlace.length; id++) twinPlace[id] = id;
    let pending = 2;
    pairs[0] = one;
    pairs[1] = other;
    while (pending > 0) {
      const there = pairs[--pending] as number;
      const here = pairs[--pending] as number;
      if (colours[here] !== colours[there] || ranks[here] !== ranks[there]) return false;
      if (plain) {
        if (!haveSameDigits(digits, here, there)) return false;
      } else {
        twinPlace[here] = there;
        twinPlace[there] = here;
      }
      const shift = (from[there] as number) - (from[here] as number);
      for (let at = from[here] as number; at < (from[here + 1] as number); at++) {
        pairs[pending++] = sorted[at] as number;
        pairs[pending++] = sorted[at + shift] as number;
      }
    }
    if (plain) return true;
    moveBy(twinPlace);
    return compare(action.permute(digits, to), digits) === 0;
  }

  /** Whether nothing names the elements of two nodes, and what is indexed by them is the same. */
  function haveSameDigits(digits: Digits, here: number, there: number): boolean {
    const shift = (elementsFrom[there] as number) - (elementsFrom[here] as number);
    for (let i = elementsFrom[here] as number; i < (elementsFrom[here + 1] as number); i++) {
      const element = elements[i] as number;
      const other = elements[i + shift] as number;
      if (named[element] === 1 || named[other] === 1) return false;
      const away = (ownFrom[other] as number) - (ownFrom[element] as number);
      for (let at = ownFrom[element] as number; at < (ownFrom[element + 1] as number); at++) {
        if (digits[own[at] as number] !== digits[own[at + away] as number]) return false;
      }
    }
    return true;
  }

  let best: Digits | undefined;
  let isCounting = false;
  /** How many exchanges lead to `best`, if they are counted: as many leave it as it is. */
  let automorphisms = 0n;

  /** Tries every order that the arrangement at a level leaves open. */
  function search(digits: Digits, level: number, multiplicity: bigint): void {
    const arrangement = arrangementAt(level);
    const isSettled = refine(digits, arrangement);
    placeBy(arrangement);
    if (isSettled) {
      const candidate = moveBy(place) ? action.permute(digits, to) : digits;
      const ranking = best === undefined ? -1 : compare(candidate, best);
      if (ranking < 0) best = candidate;
      if (ranking < 0 && isCounting) automorphisms = 0n;
      if (ranking <= 0 && isCounting) {
        let orders = multiplicity;
        for (const group of groupsOf(arrangement)) orders *= factorial(group.length);
        automorphisms += orders;
      }
      return;
    }
    const next = arrangementAt(level + 1);
    const twins = twinsIn(digits, arrangement);
    if (twins.length > 0) {
      next.colours.set(arrangement.colours);
      next.ranks.set(arrangement.ranks);
      let orders = multiplicity;
      for (const siblings of twins) {
        if (isCounting) orders *= factorial(siblings.length);
        siblings.forEach((id, position) => {
          next.colours[id] = mixed(next.colours[id] as number, 29, position);
          next.ranks[id] = (next.ranks[id] as number) + position;
        });
      }
      search(digits, level + 1, orders);
      return;
    }
    // Otherwise each must be tried; but one of those whose exchange leaves the state as it is will do.
    const alike = siblingsAlike(arrangement);
    const classes: number[][] = [];
    for (const id of alike) {
      const same = classes.find(([first]) => isTwin(digits, arrangement, first as number, id));
      if (same === undefined) classes.push([id]);
      else same.push(id);
    }
    for (const members of classes) {
      const chosen = members[0] as number;
      next.colours.set(arrangement.colours);
      next.ranks.set(arrangement.ranks);
      for (const id of alike) {
        if (id !== chosen) next.ranks[id] = (next.ranks[id] as number) + 1;
      }
      next.colours[chosen] = mixed(next.colours[chosen] as number, 31, 0);
      search(digits, level + 1, isCounting ? multiplicity * BigInt(members.length) : multiplicity);
    }
  }

  function bestOf(digits: Digits): Digits {
    best = undefined;
    action.read(digits);
    const { colours, ranks } = arrangementAt(0);
    colours.fill(0);
    ranks.fill(0);
    search(digits, 0, 1n);
    return best ?? digits;
  }

  function canonical(digits: Digits): Digits {
    if (parents.length === 0) return digits;
    isCounting = false;
    return sort?.(digits) ?? bestOf(digits);
  }

  function orbitOf(digits: Digits): bigint {
    if (parents.length === 0) return 1n;
    isCounting = true;
    bestOf(digits);
    return order / automorphisms;
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
    placeBy({ sorted });
    return permutationOf(place);
  }

  return { order, canonical, orbitOf, generators, any };
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
