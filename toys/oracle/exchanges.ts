import type { Choices, Constants, IndexSet, Property, Shape, Spec } from "../../spec/index.ts";
import { elementsOf, fieldsOf, overFields, type Plain, shapeOf, sizeOf } from "./values.ts";

/** Where each element of each index set goes; a set that is not in it stays as it is. */
export type Permutation = ReadonlyMap<IndexSet, readonly number[]>;

/** Every exchange of elements that a spec declares to change nothing, found by trying all permutations. */
export function exchangesOf(spec: Spec, constants: Constants): readonly Permutation[] {
  const sets = setsOf(spec);
  const free = sets.filter(({ exchange }) => exchange.kind === "interchangeable");
  const forests = [
    ...new Set(sets.flatMap(({ exchange }) => ("of" in exchange ? [exchange.of] : []))),
  ];
  const groups = [
    ...free.map((set) =>
      permutationsOf(elementsOf(set, constants)).map((to): Permutation => new Map([[set, to]])),
    ),
    ...forests.map((forest) =>
      ofForest(
        sets.filter(({ exchange }) => "of" in exchange && exchange.of === forest),
        constants,
      ),
    ),
  ];
  let all: readonly Permutation[] = [new Map()];
  for (const group of groups) {
    all = all.flatMap((one) => group.map((other) => new Map([...one, ...other])));
  }
  return all;
}

/** A value with its elements exchanged. */
export function exchanged(shape: Shape, plain: Plain, by: Permutation): Plain {
  switch (shape.kind) {
    case "index":
      return elementTo(by, shape.set, plain as number);
    case "each": {
      const list = plain as readonly Plain[];
      const result: Plain[] = [];
      for (const [from, value] of list.entries()) {
        result[elementTo(by, shape.set, from)] = exchanged(shape.of, value, by);
      }
      return result;
    }
    case "record": {
      const its = plain as Readonly<Record<string, Plain>>;
      return overFields(fieldsOf(shape, its["kind"]), (of, name) =>
        exchanged(of, its[name] as Plain, by),
      );
    }
    case "sequence":
      return (plain as readonly Plain[]).map((value) => exchanged(shape.of, value, by));
    case "subset":
      return (plain as readonly number[])
        .map((member) => elementTo(by, shape.set, member))
        .toSorted((one, other) => one - other);
    case "optional":
      return plain === "none" ? "none" : exchanged(shape.of, plain, by);
    default:
      return plain;
  }
}

export const exchangedChoice = (
  choices: Choices,
  choice: readonly Plain[],
  by: Permutation,
): readonly Plain[] =>
  choices.map((domain, position) => exchanged(shapeOf(domain), choice[position] as Plain, by));

const elementTo = (by: Permutation, set: IndexSet, from: number): number =>
  by.get(set)?.[from] ?? from;

function permutationsOf(list: readonly number[]): readonly (readonly number[])[] {
  if (list.length === 0) return [[]];
  return list.flatMap((first) =>
    permutationsOf(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

/**
 * The permutations of all leaves of a forest that take each aligned block to an aligned block; if the halves of blocks are
 * ordered, what comes first in a tree to what comes first.
 */
function ofForest(sets: readonly IndexSet[], constants: Constants): readonly Permutation[] {
  const [{ exchange }] = sets as readonly [IndexSet];
  const { levels, trees, areHalvesOrdered } = (
    exchange as Extract<typeof exchange, { of: unknown }>
  ).of;
  const count = 2 ** levels * sizeOf(trees, constants);
  const leaves = Array.from({ length: count }, (_, leaf) => leaf);
  const blocks = blocksOf(levels, count);
  const nameOf = (block: readonly number[]): string => String(block.toSorted((a, b) => a - b));
  const numbers = new Map(blocks.map((block, number) => [nameOf(block), number]));
  return permutationsOf(leaves).flatMap((to): Permutation[] => {
    const images = blocks.map((block) =>
      numbers.get(nameOf(block.map((leaf) => to[leaf] as number))),
    );
    if (images.includes(undefined)) return [];
    if (areHalvesOrdered && !leaves.every((leaf) => isInOrder(to, leaf, 2 ** levels))) return [];
    const nodes = images as readonly number[];
    return [new Map(sets.map((set) => [set, set.exchange.kind === "leaves" ? to : nodes]))];
  });
}

/** Whether a leaf and the one before it in its tree, if there is one, stay in that order. */
const isInOrder = (to: readonly number[], leaf: number, perTree: number): boolean =>
  leaf % perTree === 0 || (to[leaf - 1] as number) < (to[leaf] as number);

/** The blocks of a forest by their numbers: tree by tree, the root first, the halves of n at 2n+1 and 2n+2. */
function blocksOf(levels: number, leaves: number): readonly (readonly number[])[] {
  const blocks: number[][] = [];
  for (let tree = 0; tree < leaves; tree += 2 ** levels) {
    for (let order = levels; order >= 0; order--) {
      for (let first = tree; first < tree + 2 ** levels; first += 2 ** order) {
        blocks.push(Array.from({ length: 2 ** order }, (_, leaf) => first + leaf));
      }
    }
  }
  return blocks;
}

function setsOf(spec: Spec): readonly IndexSet[] {
  const choices = [
    spec.initial,
    ...Object.values(spec.actions),
    ...Object.values<Property>(spec.properties),
  ].flatMap((one) => one.choices);
  const shapes = [...Object.values(spec.state), ...choices].map(shapeOf);
  return [...new Set(shapes.flatMap(setsIn))];
}

function setsIn(shape: Shape): readonly IndexSet[] {
  const own = "set" in shape ? [shape.set] : [];
  if (shape.kind === "record") return Object.values(shape.fields).flatMap(setsIn);
  return "of" in shape ? [...own, ...setsIn(shape.of)] : own;
}
