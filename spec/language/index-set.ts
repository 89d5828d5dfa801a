import { kindOf, made, recordOf } from "./made.ts";
import { orStandIn } from "./mistakes.ts";
import { attempt } from "./outside.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

/** Constants of a protocol: whole numbers that bound it, and switches. */
export type Constants = Readonly<Record<string, number | boolean>>;

/** A size: a whole number, or one that follows from the constants. */
export type Size<C> = number | ((constants: C) => number);

/** Of more there is no list. */
const mostElements = 2 ** 20;

/** What a size comes to under given constants; a `SpecError` unless it is a whole number from 0 to `most`. */
export function sizeOf(
  size: Size<never>,
  constants: Constants,
  what: string,
  most: number = mostElements,
): number {
  const result: unknown = valueOf(size, constants, `The size of ${what}`);
  if (!Number.isInteger(result) || (result as number) < 0) {
    throw new SpecError(
      `The size of ${what} comes to ${show(result)}; it must be a whole number, 0 or more.`,
    );
  }
  if ((result as number) > most) {
    throw new SpecError(
      `The size of ${what} comes to ${show(result)}; it may be ${most}. Is a constant too large?`,
    );
  }
  return result as number;
}

/** A size or a bound; where it follows from the constants, what its function answers, whatever that is. */
export function valueOf(size: unknown, constants: Constants, what: string): unknown {
  return typeof size === "function" ? attempt(what, () => size(constants) as unknown) : size;
}

/**
 * An index into a set named `Name`: a page, a CPU, a block. It is opaque: it can be compared with
 * another of its set, stored in a variable and used as an index, and nothing else. (It is a number
 * when the spec runs. The type is a union of two strings, because then `state.guest[page]` is never
 * undefined, `state.guest[cpu]` does not compile, and neither does `state.guest[0]`, which would
 * break the symmetry.)
 */
export type Index<Name extends string> = Name | `another ${Name}`;

/** How the elements of an index set may be exchanged without changing what the protocol does. */
export type Exchange =
  /** Any permutation. */
  | { readonly kind: "interchangeable" }
  /** The leaves of `trees` interchangeable binary trees; the halves of any node may be swapped. */
  | { readonly kind: "leaves"; readonly of: BuddyTrees }
  /** All the nodes of those trees. */
  | { readonly kind: "nodes"; readonly of: BuddyTrees }
  /** None. */
  | { readonly kind: "ordered" };

/** A forest of complete binary trees, shared by the index sets of its leaves and of its nodes. */
export interface BuddyTrees {
  readonly levels: number;
  readonly trees: Size<never>;
}

declare const needs: unique symbol;

/** A named, finite set whose elements index variables and are what `forAny` ranges over. */
export interface IndexSet<Name extends string = string, C = never> {
  readonly kind: "index set";
  readonly name: Name;
  readonly size: Size<never>;
  readonly exchange: Exchange;
  /** How an element is printed: "3", or "4-7" for a block of four frames. */
  label(index: number): string;
  readonly [needs]?: (constants: C) => void;
}

/** Whether an object is an index set that the language made. */
export const isIndexSet = (object: object): object is IndexSet => kindOf(object) === "index set";

function indexSet<Name extends string, C>(
  name: Name,
  size: Size<C>,
  exchange: Exchange,
  label: (index: number) => string = String,
): IndexSet<Name, C> {
  if (typeof name !== "string") {
    throw new SpecError(`The name of an index set is ${show(name)}; it must be a text.`);
  }
  return { kind: "index set", name, size: size as Size<never>, exchange, label };
}

/** Stands in for an index set that cannot be told. */
const unknownSet = <Name extends string, C>(): IndexSet<Name, C> =>
  indexSet("?" as Name, 1, { kind: "ordered" });

/** Elements that the protocol treats alike: any permutation of them changes nothing. */
export function interchangeable<const Name extends string, C = unknown>(
  name: Name,
  size: Size<C>,
): IndexSet<Name, C> {
  return made(
    "index set",
    orStandIn(
      () => indexSet(name, size, { kind: "interchangeable" }),
      () => unknownSet<Name, C>(),
    ),
  );
}

/** Elements with an order among them, and with positions. */
export interface OrderedSet<Name extends string, C> extends IndexSet<Name, C> {
  /** The element at a position, counted from 0. It is not checked here: using it out of range is a SpecError. */
  at(position: number): Index<Name>;
  /** The position of an element, counted from 0. */
  position(index: Index<Name>): number;
}

/** Elements that differ by their position: no symmetry. */
export function ordered<const Name extends string, C = unknown>(
  name: Name,
  size: Size<C>,
): OrderedSet<Name, C> {
  const set = orStandIn(
    () => indexSet(name, size, { kind: "ordered" }),
    () => unknownSet<Name, C>(),
  );
  return made("index set", {
    ...set,
    at: (position: number) => toIndex<Name>(position),
    position: (index: Index<Name>) => toNumber(index),
  });
}

/** The leaves of buddy trees: page frames under a buddy allocator. */
export interface BuddySet<Name extends string, C> extends IndexSet<Name, C> {
  /** The set of all aligned blocks of these frames: the nodes of the trees. */
  blocks<const BlockName extends string>(name: BlockName): BlockSet<BlockName, Name, C>;
}

/** All aligned blocks of a power of two of frames, with the relations between them. */
export interface BlockSet<Name extends string, Frame extends string, C> extends IndexSet<Name, C> {
  /** log2 of the number of frames in the block. */
  order(block: Index<Name>): number;
  /** The other half of the block's parent; undefined for a block of the largest order. */
  buddy(block: Index<Name>): Index<Name> | undefined;
  /** The block twice as large that contains this one; undefined for one of the largest order. */
  parent(block: Index<Name>): Index<Name> | undefined;
  /** The two halves of a block; empty for a single frame. */
  halves(block: Index<Name>): readonly Index<Name>[];
  /** The frames of the block. */
  frames(block: Index<Name>): readonly Index<Frame>[];
  /** The block itself and all larger ones that contain it, smallest first. */
  around(block: Index<Name>): readonly Index<Name>[];
  /** The block of one frame. */
  of(frame: Index<Frame>): Index<Name>;
}

/**
 * The leaves of `trees` complete binary trees of `levels` levels each (so 2^levels leaves a tree):
 * the halves of any block may be swapped, and the trees exchanged.
 */
export function buddies<const Name extends string, C = unknown>(
  name: Name,
  shape: { readonly levels: number; readonly trees?: Size<C> },
): BuddySet<Name, C> {
  const { levels } = recordOf(`What buddies(${show(name)}, ...) is given`, shape) as typeof shape;
  if (!Number.isInteger(levels) || levels < 0 || levels > 16) {
    throw new SpecError(
      `Buddies "${name}": levels is ${show(levels)}; it must be a whole number from 0 to 16.`,
    );
  }
  const trees = (shape.trees ?? 1) as Size<never>;
  const of: BuddyTrees = { levels, trees };
  const times =
    (count: number): Size<C> =>
    (constants) =>
      count * sizeOf(trees, constants as Constants, `the trees of "${name}"`);
  return made<BuddySet<Name, C>>("index set", {
    ...indexSet<Name, C>(name, times(2 ** levels), { kind: "leaves", of }),
    blocks: (blockName) => blockSet(blockName, of, times(2 ** (levels + 1) - 1)),
  });
}

/** Nodes are numbered tree by tree; within a tree the root is 0 and node n has halves 2n+1, 2n+2. */
function blockSet<Name extends string, Frame extends string, C>(
  name: Name,
  of: BuddyTrees,
  size: Size<C>,
): BlockSet<Name, Frame, C> {
  const { levels } = of;
  const nodes = 2 ** (levels + 1) - 1;
  const leaves = 2 ** levels;
  const depth = (node: number): number => 31 - Math.clz32((node % nodes) + 1);
  const order = (node: number): number => levels - depth(node);
  const base = (node: number): number => node - (node % nodes);
  const above = (node: number): number => base(node) + (((node % nodes) - 1) >> 1);
  const isRoot = (node: number): boolean => node % nodes === 0;
  const firstFrame = (node: number): number => {
    const positionInLevel = (node % nodes) + 1 - 2 ** depth(node);
    return (base(node) / nodes) * leaves + positionInLevel * 2 ** order(node);
  };
  const halvesOf = remembered((node): readonly Index<Name>[] => {
    if (order(node) === 0) return [];
    const left = base(node) + 2 * (node % nodes) + 1;
    return [toIndex(left), toIndex(left + 1)];
  });
  const framesOf = remembered((node): readonly Index<Frame>[] =>
    Array.from({ length: 2 ** order(node) }, (_, i) => toIndex<Frame>(firstFrame(node) + i)),
  );
  const blocksAround = remembered((node): readonly Index<Name>[] =>
    isRoot(node) ? [toIndex(node)] : [toIndex(node), ...blocksAround(above(node))],
  );
  const label = (node: number): string => {
    const first = firstFrame(node);
    return order(node) === 0 ? `${first}` : `${first}-${first + 2 ** order(node) - 1}`;
  };
  return made<BlockSet<Name, Frame, C>>("index set", {
    ...indexSet<Name, C>(name, size, { kind: "nodes", of }, label),
    order: (block) => order(toNumber(block)),
    buddy: (block) => {
      const node = toNumber(block);
      if (isRoot(node)) return undefined;
      return toIndex(base(node) + ((((node % nodes) - 1) ^ 1) + 1));
    },
    parent: (block) => (isRoot(toNumber(block)) ? undefined : toIndex(above(toNumber(block)))),
    halves: (block) => halvesOf(toNumber(block)),
    frames: (block) => framesOf(toNumber(block)),
    around: (block) => blocksAround(toNumber(block)),
    of: (frame) => {
      const leaf = toNumber(frame);
      return toIndex(Math.floor(leaf / leaves) * nodes + (leaves - 1) + (leaf % leaves));
    },
  });
}

/** The same function, computed once for each node: properties ask for these relations all the time. */
function remembered<T>(compute: (node: number) => readonly T[]): (node: number) => readonly T[] {
  const known: (readonly T[])[] = [];
  return (node) => {
    let found = known[node];
    if (found === undefined) {
      found = Object.freeze(compute(node));
      known[node] = found;
    }
    return found;
  };
}

/** The number behind an index; only the language and the engine look behind it. */
export function toNumber(index: Index<string>): number {
  return index as unknown as number;
}

/** The inverse of `toNumber`. */
export function toIndex<Name extends string>(position: number): Index<Name> {
  return position as unknown as Index<Name>;
}
