import { type Constants, type IndexSet, sizeOf } from "../../spec/index.ts";

/**
 * A node of the forest; where it goes, its elements and all below it go.
 *
 * Each kind of exchange is a forest of rooted trees in which the children of any node may be permuted:
 * interchangeable elements are the children of one root; buddies are binary trees, their roots the
 * children of one node above. Leaves and nodes of the same buddies share a tree.
 */
export interface Node {
  readonly parent: number;
  readonly children: number[];
  /** The elements that go where this node goes, as [set, element]. */
  readonly elements: (readonly [set: number, element: number])[];
}

/** The nodes of all trees, parents before children, level by level so that ids grow with depth. */
export function forestOf(
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
