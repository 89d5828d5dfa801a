import { type Constants, type IndexSet, sizeOf } from "../../spec/index.ts";
import type { Permutation } from "../layout.ts";
import { type Numbering, startsOf } from "./numbering.ts";

/**
 * A node of the forest; where it goes, its elements and all below it go.
 *
 * Each kind of exchange is a forest of rooted trees in which the children of any node may be permuted:
 * interchangeable elements are the children of one root; buddies are binary trees, their roots the
 * children of one node above. Leaves and nodes of the same buddies share a tree. A tree of ordered halves is one
 * node, with which all that is in it goes.
 */
interface ForestNode {
  readonly parent: number;
  readonly children: number[];
  /** The elements that go where this node goes, as [set, element]. */
  readonly elements: (readonly [set: number, element: number])[];
}

/** The forest, flat: nodes have numbers, those of parents below those of their children. */
export class Forest {
  readonly #nodes: readonly ForestNode[];
  readonly #sizes: readonly number[];
  /** How many nodes there are. */
  readonly size: number;
  /** The children of node n are children[from[n]] up to from[n + 1]. */
  readonly children: Int32Array;
  readonly from: Int32Array;
  /** Of each node; -1 for a root. */
  readonly parentOf: Int32Array;
  /** Of each node; 0 for a root. */
  readonly depths: readonly number[];
  /** The nodes with children that may be exchanged. */
  readonly parents: readonly number[];
  /** The elements of node n, numbered through, are elements[elementsFrom[n]] up to elementsFrom[n + 1]. */
  readonly elements: Int32Array;
  readonly elementsFrom: Int32Array;
  /** The set of each of these. */
  readonly elementSets: Int32Array;
  /** Of each element, numbered through. */
  readonly nodeOf: Int32Array;
  /** Of each element: how many of its set are before it in its node. */
  readonly placeIn: Int32Array;

  constructor(nodes: readonly ForestNode[], { first, sizes, count }: Numbering) {
    this.#nodes = nodes;
    this.#sizes = sizes;
    this.size = nodes.length;
    this.children = Int32Array.from(nodes.flatMap(({ children }) => children));
    this.from = startsOf(nodes.map(({ children }) => children.length));
    this.parentOf = Int32Array.from(nodes, ({ parent }) => parent);
    const depths: number[] = [];
    for (const { parent } of nodes) depths.push(parent < 0 ? 0 : (depths[parent] as number) + 1);
    this.depths = depths;
    this.parents = nodes.flatMap(({ children }, id) => (children.length > 1 ? [id] : []));
    const elements = nodes.flatMap((node) => node.elements);
    this.elements = Int32Array.from(elements, ([set, element]) => (first[set] as number) + element);
    this.elementsFrom = startsOf(nodes.map((node) => node.elements.length));
    this.elementSets = Int32Array.from(elements, ([set]) => set);
    this.nodeOf = new Int32Array(count);
    this.placeIn = new Int32Array(count);
    nodes.forEach((node, id) => {
      const met = new Map<number, number>();
      node.elements.forEach(([set], position) => {
        const element = this.elementsIn(id)[position] as number;
        const place = met.get(set) ?? 0;
        met.set(set, place + 1);
        this.nodeOf[element] = id;
        this.placeIn[element] = place;
      });
    });
  }

  /** How many exchanges there are in all. */
  get order(): bigint {
    return this.parents.reduce(
      (product, id) => product * factorial(this.childrenOf(id).length),
      1n,
    );
  }

  childrenOf(id: number): Int32Array {
    return this.children.subarray(this.from[id], this.from[id + 1]);
  }

  /** The elements of a node, numbered through. */
  elementsIn(id: number): Int32Array {
    return this.elements.subarray(this.elementsFrom[id], this.elementsFrom[id + 1]);
  }

  /** Exchanges from which all others are composed: of siblings side by side, with all below them. */
  generators(): readonly Permutation[] {
    return this.parents.flatMap((id) => {
      const siblings = [...this.childrenOf(id)];
      return siblings
        .slice(1)
        .map((child, before) => this.#swap(siblings[before] as number, child));
    });
  }

  /** The permutation of elements when each node goes to the place `place[node]`. */
  permutationOf(place: Int32Array): Permutation {
    const result = this.#sizes.map((size) =>
      Int32Array.from({ length: size }, (_, element) => element),
    );
    this.#nodes.forEach((node, id) => {
      const target = this.#nodes[place[id] as number] as ForestNode;
      node.elements.forEach(([set, element], position) => {
        (result[set] as Int32Array)[element] = (
          target.elements[position] as readonly [number, number]
        )[1];
      });
    });
    return result;
  }

  /** Sets the place of each node when siblings stand in an order: the children of each node in its own range. */
  placeBy(sorted: Int32Array, place: Int32Array): void {
    const { children, from, parents } = this;
    for (let id = 0; id < place.length; id++) place[id] = id;
    for (const id of parents) {
      const shift = (from[place[id] as number] as number) - (from[id] as number);
      for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
        place[sorted[at] as number] = children[at + shift] as number;
      }
    }
  }

  /** Sets in `to` where the elements go with their nodes; whether any goes elsewhere. */
  moveBy(place: Int32Array, to: Int32Array): boolean {
    const { elements, elementsFrom } = this;
    let isMoved = false;
    for (let id = 0; id < place.length; id++) {
      const there = place[id] as number;
      if (there !== id) isMoved = true;
      const shift = (elementsFrom[there] as number) - (elementsFrom[id] as number);
      for (let i = elementsFrom[id] as number; i < (elementsFrom[id + 1] as number); i++) {
        to[elements[i] as number] = elements[i + shift] as number;
      }
    }
    return isMoved;
  }

  /** The exchange of two siblings with all below them. */
  #swap(one: number, other: number): Permutation {
    const place = Int32Array.from({ length: this.size }, (_, id) => id);
    const pending: (readonly [number, number])[] = [[one, other]];
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      const [here, there] = pair;
      place[here] = there;
      place[there] = here;
      const below = this.childrenOf(there);
      this.childrenOf(here).forEach((child, position) => {
        pending.push([child, below[position] as number]);
      });
    }
    return this.permutationOf(place);
  }
}

export function factorial(n: number): bigint {
  let product = 1n;
  for (let factor = 2; factor <= n; factor++) product *= BigInt(factor);
  return product;
}

/** The trees of all sets, parents before children, level by level so that numbers grow with depth. */
export function forestOf(
  sets: readonly IndexSet[],
  numbering: Numbering,
  constants: Constants,
): Forest {
  const forest: ForestNode[] = [];
  const grow = (parent: number): number => {
    const id = forest.push({ parent, children: [], elements: [] }) - 1;
    if (parent >= 0) (forest[parent] as ForestNode).children.push(id);
    return id;
  };
  const grown = new Map<object, readonly (readonly number[])[]>();
  sets.forEach((set, position) => {
    const size = numbering.sizes[position] as number;
    const attach = (node: number, element: number): void => {
      (forest[node] as ForestNode).elements.push([position, element]);
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
        for (const tree of nodes) {
          const parent = tree[(node - 1) >> 1] as number;
          tree.push(of.areHalvesOrdered ? parent : grow(parent));
        }
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
  return new Forest(forest, numbering);
}
