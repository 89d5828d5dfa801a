import { type Constants, sizeOf } from "../../spec/index.ts";
import type { Digits, Layout, Permutation } from "../layout.ts";
import { CanonicalSearch } from "./canonical.ts";
import { type Forest, forestOf } from "./forest.ts";
import { type GroupAction, groupActionOf } from "./group-action.ts";
import { numberingOf } from "./numbering.ts";
import { sorterOf } from "./sorter.ts";
import { plainNodes } from "./twins.ts";

/** What canonical forms follow from, for the shape of a state. */
export interface FormGrounds {
  readonly forest: Forest;
  readonly action: GroupAction;
  /** 1 for each node of which a look at its own digits tells whether it is a sibling's twin. */
  readonly isPlain: Uint8Array;
}

/** The exchanges that a protocol declares for its index sets, as a group that acts on states. */
export interface Symmetry {
  /** How many exchanges there are in all; 1 if there is no symmetry. */
  readonly order: bigint;
  /**
   * The one state that stands for all those that differ from it only by a permitted exchange. It may
   * be the very list that was given.
   */
  canonical(digits: Digits): Digits;
  /** As `canonical`, and writes to `to` where each element goes: elements numbered through, as many as `elements`. */
  canonicalBy(digits: Digits, to: Int32Array): Digits;
  readonly elements: number;
  /** The exchange of elements that are numbered through. */
  permutationOf(to: Int32Array): Permutation;
  /** The number of states that one stands for, itself included: the same for all of them. */
  orbitOf(digits: Digits): bigint;
  /** Exchanges from which all others are composed. */
  readonly generators: readonly Permutation[];
  /** What its canonical forms follow from: code for them is made of it. */
  readonly grounds: FormGrounds | undefined;
  /** Any exchange at all, each as likely as another if `pick(n)` is any number from 0 to n - 1. */
  any(pick: (below: number) => number): Permutation;
}

/** The group of no exchange at all: every state stands for itself. */
export const noSymmetry: Symmetry = {
  order: 1n,
  canonical: (digits) => digits,
  canonicalBy: (digits) => digits,
  elements: 0,
  permutationOf: () => [],
  orbitOf: () => 1n,
  generators: [],
  grounds: undefined,
  any: () => [],
};

/** The symmetry of the index sets of a layout. */
export function symmetryOf(layout: Layout, constants: Constants): Symmetry {
  const { sets } = layout;
  const sizes = sets.map((set) => sizeOf(set.size, constants, `"${set.name}"`));
  const numbering = numberingOf(sets, sizes);
  const forest = forestOf(sets, numbering, constants);
  const action = groupActionOf(layout, constants, numbering);
  const sort = sorterOf(layout, numbering, action);
  const search = new CanonicalSearch(forest, action);
  const { order } = forest;
  const isTrivial = forest.parents.length === 0;
  return {
    order,
    canonical: (digits) => (isTrivial ? digits : (sort?.(digits) ?? search.least(digits))),
    canonicalBy: (digits, to) => {
      for (let element = 0; element < to.length; element++) to[element] = element;
      return isTrivial ? digits : (sort?.(digits, to) ?? search.least(digits, to));
    },
    elements: numbering.count,
    permutationOf: (to) =>
      sizes.map((size, set) => {
        const start = numbering.first[set] as number;
        return Int32Array.from({ length: size }, (_, element) =>
          start < 0 ? element : (to[start + element] as number) - start,
        );
      }),
    orbitOf: (digits) => (isTrivial ? 1n : order / search.automorphisms(digits)),
    generators: forest.generators(),
    grounds: isTrivial
      ? undefined
      : { forest, action, isPlain: plainNodes(forest, action.tangled) },
    any: (pick) => anyOf(forest, pick),
  };
}

/** Any exchange: the children of each node in any order. */
function anyOf(forest: Forest, pick: (below: number) => number): Permutation {
  const { children, from, parents } = forest;
  const sorted = children.slice();
  for (const id of parents) {
    const first = from[id] as number;
    for (let last = (from[id + 1] as number) - 1; last > first; last--) {
      const other = first + pick(last - first + 1);
      [sorted[last], sorted[other]] = [sorted[other] as number, sorted[last] as number];
    }
  }
  const place = new Int32Array(forest.size);
  forest.placeBy(sorted, place);
  return forest.permutationOf(place);
}
