import { type Code, i32, i64, type Label, type ModuleOptions, op } from "../../model/index.ts";

/** What an inner loop is made for. */
export interface InnerLoopOptions extends ModuleOptions {
  /** 64-bit words of a state. */
  readonly words: number;
  readonly actions: number;
  /** The place of the relation's first look in the table of functions. */
  readonly firstLook: number;
  /** Bytes of a successor with its tag: the position of its step, then its class, 32 bits each. */
  readonly entryBytes: number;
  /** Whether successors are replaced by those that stand for them. */
  readonly isReduced: boolean;
  readonly head: Head;
  /** Where the table of visited states is divided: into what; see `partition-code.ts`. */
  readonly partitions?: PartitionCalls | undefined;
}

/** The functions of partitions in the table of functions, those of one kind behind those of another. */
export interface PartitionCalls {
  /** The place of the first. */
  readonly at: number;
  /** How many partitions there are. */
  readonly count: number;
}

/** Addresses in the head. */
export interface Head {
  /** The bytes of the successors of each action so far, 64 bits each. */
  readonly taken: number;
  /** What has to be looked at of the steps of each action, 32 bits each; see `judged`. */
  readonly judged: number;
  /** Whether a step of each action has changed something, 32 bits each. */
  readonly changed: number;
  /** Whether the property of a predicate has spoken, 32 bits each, by place in the table of functions. */
  readonly spoken: number;
  /** Two addresses for each class: of its predicates on steps, and on new states; see `endOfList`. */
  readonly classes: number;
  /** Room for `batch` successors and those of one state more. */
  readonly successors: number;
  /** Room for the addresses of as many. */
  readonly sifted: number;
  /** Of states of several words: room for as many successors whose parts have numbers. */
  readonly packed: number;
  /** Of such states: room for the one that is explored. */
  readonly current: number;
  /** Whether the relation's first look tells anything, 32 bits. */
  readonly firstLook: number;
}

/**
 * Successors are looked up together when there are so many: enough for memory to be waited for once, few
 * enough to stay in the nearest cache.
 */
export const batch = 256;

/** Addresses of the counters at the start of the head, 32 bits each. */
export const cells = {
  /** The places of the table, and where it begins. */
  places: 0,
  table: 8,
  /** Where the states begin. */
  states: 12,
  /** With so many states a search has to make room before it goes on. */
  limit: 16,
  /** Where the numbers of the states in the table stand, once they were asked for. */
  numbers: 20,
  /** Where a mask for each word of a state stands: its bits are ones if the word belongs to the first part. */
  masks: 24,
  /** The number of states. It changes all the time: what is read all the time is in another line of the cache. */
  count: 64,
} as const;

/** Of states of several words, the cells of either side, from its base on. */
export const sideCells = {
  /** The table of its parts: where it begins, its places, and the bits that count them. */
  table: 0,
  places: 4,
  bits: 8,
  /** When there are so many, the search has to make room before it goes on. */
  limit: 12,
  /** Where the state would begin of which the first part of all is one, and the bytes to that of the next, downwards. */
  slots: 16,
  bytes: 20,
  /** How many there are. */
  count: 64,
} as const;

/** The two sides: where their cells are, and the number of a part in the word that stands for a state. */
export const sides = [
  { base: 128, offset: 4 },
  { base: 256, offset: 0 },
] as const;

/** The bytes of the counters. */
export const cellsBytes = 384;

/** Puts a counter onto the stack. */
export const load = (code: Code, name: keyof typeof cells): Code =>
  code.i32(cells[name]).memory("i32Load");

/** So many new locals of 32 bits. */
export const locals = <Names extends string>(
  code: Code,
  ...names: readonly Names[]
): Readonly<Record<Names, number>> =>
  Object.fromEntries(names.map((name) => [name, code.local(i32)])) as Record<Names, number>;

/** A local, counted up to a limit; the loop is left when it is reached. */
export function count(
  code: Code,
  number: number,
  limit: number,
  by: number,
  each: (done: Label) => void,
): void {
  code.block((done) => {
    code.loop((again) => {
      code.get(number).get(limit).op(op.i32GeU).branchIf(done);
      each(done);
      code.get(number).i32(by).op(op.i32Add).set(number).branch(again);
    });
  });
}

/** A local with the number of places, 64 bits. */
export function allPlaces(code: Code): number {
  const places = code.local(i64);
  load(code, "places").op(op.i64ExtendI32U).set(places);
  return places;
}

/** Turns the hash on the stack into a place: as far behind the first one as the hash is above 0. */
export const toPlace = (code: Code, places: number): Code =>
  code.i64(32n).op(op.i64ShrU).get(places).op(op.i64Mul).i64(32n).op(op.i64ShrU, op.i32WrapI64);

/** Leaves in a local the place that is so many behind the one that is in it, or the first. */
export function toNextPlace(code: Code, place: number, by: number): void {
  code.get(place).i32(by).op(op.i32Add).tee(place).i32(0).get(place);
  load(code, "places").op(op.i32LtU, op.select).set(place);
}

const multiplier = 0x9e37_79b9_7f4a_7c15n;

/** What the words of a state are multiplied by for a hash, each by another number. */
export function multipliers(words: number): readonly bigint[] {
  const all = [multiplier];
  while (all.length < words) {
    all.push(BigInt.asUintN(64, (all.at(-1) as bigint) * multiplier));
  }
  return all;
}

/** Turns the word on the stack into its hash; in one of several partitions, into what is left of it there. */
export const hashOf = (code: Code, partitions = 1): Code =>
  code.i64(multiplier * BigInt(partitions)).op(op.i64Mul);

/** Puts the hash of the word at an address onto the stack. */
export const hash = (code: Code, state: number, partitions = 1): Code =>
  hashOf(code.get(state).memory("i64Load"), partitions);

/** Brings the upper half of the word on the stack into the lower one as well; it is left in a local. */
export const mixed = (code: Code, local: number): Code =>
  code.tee(local).get(local).i64(32n).op(op.i64ShrU, op.i64Xor);

/** Puts the address of the word that stands for a state onto the stack, whose number is there. */
export const addressOf = (code: Code): Code =>
  load(code.i32(3).op(op.i32Shl), "states").op(op.i32Add);
