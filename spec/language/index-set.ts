import { kindOf, made, recordOf } from "./made.ts";
import { mistake, orStandIn } from "./mistakes.ts";
import { attempt } from "./outside.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";
import { closest } from "./words.ts";

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
  /** The leaves of `trees` interchangeable binary trees; the halves of any node may be swapped, unless they are ordered. */
  | { readonly kind: "leaves"; readonly of: BuddyTrees }
  /** All the nodes of those trees. */
  | { readonly kind: "nodes"; readonly of: BuddyTrees }
  /** None. */
  | { readonly kind: "ordered" };

/** A forest of complete binary trees, shared by the index sets of its leaves and of its nodes. */
export interface BuddyTrees {
  readonly levels: number;
  readonly trees: Size<never>;
  /** Whether a tree is exchanged with others only as it is. */
  readonly areHalvesOrdered: boolean;
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
  return made("index set", { ...set, ...positions<Name>() });
}

/** The words by which the elements of an ordered set go to numbers and back. */
const positions = <Name extends string>(): Pick<OrderedSet<Name, unknown>, "at" | "position"> => ({
  at: (position) => toIndex(position),
  position: (index) => toNumber(index),
});

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
  /** The two halves of a block, the lower first; empty for a single frame. */
  halves(block: Index<Name>): readonly Index<Name>[];
  /** The frames of the block, from the first to the last. */
  frames(block: Index<Name>): readonly Index<Frame>[];
  /** The block itself and all larger ones that contain it, smallest first. */
  around(block: Index<Name>): readonly Index<Name>[];
  /** The block of one frame. */
  of(frame: Index<Frame>): Index<Name>;
}

/** Frames of which one comes before another in its tree: the halves of a block are a lower and an upper one. */
export interface OrderedBuddySet<Name extends string, C> extends BuddySet<Name, C> {
  blocks<const BlockName extends string>(name: BlockName): OrderedBlockSet<BlockName, Name, C>;
  /** How many frames of its tree come before a frame: its address, but for which tree it is in. */
  offset(frame: Index<Name>): number;
}

/** Blocks with an order among their frames and halves, which those that are not ordered must not show. */
export interface OrderedBlockSet<Name extends string, Frame extends string, C>
  extends BlockSet<Name, Frame, C> {
  /** The frame that the block begins with. */
  first(block: Index<Name>): Index<Frame>;
  /** Whether the block is the lower half of its parent; a block of the largest order is no half. */
  isLower(block: Index<Name>): boolean;
}

/** So many trees, each of 2^levels leaves; one, if left out. */
interface TreesShape<C> {
  readonly levels: number;
  readonly trees?: Size<C>;
}

const orders = ["halves", "halves and trees"] as const;

/**
 * The leaves of `trees` complete binary trees of `levels` levels each (so 2^levels leaves a tree):
 * the halves of any block may be swapped, and the trees exchanged. `ordered` tells the halves apart, so that only whole
 * trees are exchanged; or the trees as well, so that nothing is, and each frame has a position.
 */
export function buddies<const Name extends string, C = unknown>(
  name: Name,
  shape: TreesShape<C> & { readonly ordered?: undefined },
): BuddySet<Name, C>;
export function buddies<const Name extends string, C = unknown>(
  name: Name,
  shape: TreesShape<C> & { readonly ordered: "halves" },
): OrderedBuddySet<Name, C>;
export function buddies<const Name extends string, C = unknown>(
  name: Name,
  shape: TreesShape<C> & { readonly ordered: "halves and trees" },
): OrderedBuddySet<Name, C> & OrderedSet<Name, C>;
export function buddies<Name extends string, C>(
  name: Name,
  shape: TreesShape<C> & { readonly ordered?: (typeof orders)[number] | undefined },
): BuddySet<Name, C> {
  checkShape(name, recordOf(`What buddies(${show(name)}, ...) is given`, shape));
  const { levels, ordered: order } = shape;
  const trees = (shape.trees ?? 1) as Size<never>;
  const of: BuddyTrees = { levels, trees, areHalvesOrdered: order !== undefined };
  const exchangeOf = (kind: "leaves" | "nodes"): Exchange =>
    order === "halves and trees" ? { kind: "ordered" } : { kind, of };
  const times =
    (count: number): Size<C> =>
    (constants) =>
      count * sizeOf(trees, constants as Constants, `the trees of "${name}"`);
  const set = {
    ...indexSet<Name, C>(name, times(2 ** levels), exchangeOf("leaves")),
    blocks: <BlockName extends string>(blockName: BlockName) =>
      blockSet<BlockName, Name, C>(
        blockName,
        of,
        exchangeOf("nodes"),
        times(2 ** (levels + 1) - 1),
      ),
    ...forOrdered(name, of, { offset: (frame: Index<Name>) => toNumber(frame) % 2 ** levels }),
    ...(order === "halves and trees" ? positions<Name>() : {}),
  };
  return made<BuddySet<Name, C>>("index set", set);
}

/** Says what is wrong with the trees of buddies. Throws `SpecError` where there is no telling how many frames there are. */
function checkShape(name: string, shape: Readonly<Record<string, unknown>>): void {
  const { levels, ordered: order } = shape;
  if (!Number.isInteger(levels) || (levels as number) < 0 || (levels as number) > 16) {
    throw new SpecError(
      `Buddies "${name}": levels is ${show(levels)}; it must be a whole number from 0 to 16.`,
    );
  }
  const meant = (given: string, known: readonly string[]): string => {
    const near = closest(given, known);
    return near === undefined ? "." : `; did you mean ${near}?`;
  };
  const parts = ["levels", "trees", "ordered"];
  for (const part of Object.keys(shape)) {
    if (parts.includes(part)) continue;
    mistake(`Buddies "${name}": there is no part ${part}${meant(part, parts)}`);
  }
  if (order === undefined || orders.includes(order as (typeof orders)[number])) return;
  mistake(
    `Buddies "${name}": what is ordered is ${orders.map((one) => `"${one}"`).join(" or ")}, not ${show(order)}` +
      (typeof order === "string" ? meant(order, orders) : "."),
  );
}

/** Words that show the order of halves; where there is none, they are refused when they are used. */
function forOrdered<Words extends object>(name: string, of: BuddyTrees, words: Words): Words {
  if (of.areHalvesOrdered) return words;
  const refused = (word: string) => (): never => {
    throw new SpecError(
      `"${name}" has no ${word}: the halves of its blocks may be swapped. buddies(..., { ordered: "halves" }) tells them apart.`,
    );
  };
  return Object.fromEntries(Object.keys(words).map((word) => [word, refused(word)])) as Words;
}

/** Nodes are numbered tree by tree; within a tree the root is 0 and node n has halves 2n+1, 2n+2. */
function blockSet<Name extends string, Frame extends string, C>(
  name: Name,
  of: BuddyTrees,
  exchange: Exchange,
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
    ...indexSet<Name, C>(name, size, exchange, label),
    ...forOrdered(name, of, {
      first: (block: Index<Name>) => toIndex<Frame>(firstFrame(toNumber(block))),
      isLower: (block: Index<Name>) =>
        !isRoot(toNumber(block)) && (toNumber(block) % nodes) % 2 === 1,
    }),
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
