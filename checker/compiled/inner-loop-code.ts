import { type Code, i32, i64, type Label, type ModuleOptions, op } from "../../model/index.ts";

/** What an inner loop is made for. */
export interface InnerLoopOptions extends ModuleOptions {
  /** 64-bit words of a state. */
  readonly words: number;
  readonly actions: number;
  /** Bytes of a successor with its tag: the position of its step, then its class, 32 bits each. */
  readonly entryBytes: number;
  /** Whether successors are replaced by those that stand for them. */
  readonly isReduced: boolean;
  readonly head: Head;
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
}

/**
 * Successors are looked up together when there are so many: enough for memory to be waited for once, few
 * enough to stay in the nearest cache.
 */
export const batch = 256;

/** Addresses of the counters at the start of the head, 32 bits each. */
export const cells = {
  /** The places of the table, the bits that count them, and where it begins. */
  places: 0,
  bits: 4,
  table: 8,
  /** Where the states begin. */
  states: 12,
  /** With so many states a search has to make room before it goes on. */
  limit: 16,
  /** Where the numbers of the states in the table stand, once they were asked for. */
  numbers: 20,
  /** The number of states. It changes all the time: what is read all the time is in another line of the cache. */
  count: 64,
} as const;

/** The bytes of the counters. */
export const cellsBytes = 128;

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

/** Turns the state on the stack, of one word, into its hash. */
export const hashOf = (code: Code): Code => code.i64(multiplier).op(op.i64Mul);

/** Puts the hash of the state at an address, and so many bytes behind it, onto the stack, 64 bits. */
export function hash(code: Code, words: number, state: number, offset = 0): Code {
  hashOf(code.get(state).memory("i64Load", offset));
  if (words === 1) return code;
  const h = code.local(i64);
  for (let word = 1; word < words; word++) {
    code.tee(h).get(h).i64(32n).op(op.i64ShrU, op.i64Xor);
    code.get(state).memory("i64Load", offset + 8 * word);
    code.op(op.i64Add).i64(multiplier).op(op.i64Mul);
  }
  return code.tee(h).get(h).i64(29n).op(op.i64ShrU, op.i64Xor).i64(multiplier).op(op.i64Mul);
}

/** Puts the address of a state onto the stack, whose number is there. */
export function addressOf(code: Code, stateBytes: number): Code {
  code.i32(stateBytes).op(op.i32Mul);
  return load(code, "states").op(op.i32Add);
}

/** Counts so many states, and puts the number of the first of them onto the stack. */
export function takeNumbers(code: Code, isShared: boolean, many: () => Code): Code {
  if (isShared) {
    code.i32(cells.count);
    return many().atomic("i32AtomicAdd");
  }
  const first = code.local(i32);
  load(code, "count").set(first);
  code.i32(cells.count).get(first);
  many().op(op.i32Add).memory("i32Store");
  return code.get(first);
}

/** Copies a state from an address to another. */
export function copyState(code: Code, words: number, from: number, to: number): void {
  for (let word = 0; word < words; word++) {
    code
      .get(to)
      .get(from)
      .memory("i64Load", 8 * word)
      .memory("i64Store", 8 * word);
  }
}

/** The table of visited states, as part of an inner loop. */
export interface TableCode {
  /**
   * The function that sifts successors: it lists the addresses of those, from one address up to another,
   * that it does not see at first sight in the table; answers the end of the list.
   */
  readonly sift: number;
  /** The function that finds the number of the state at an address; -1 if it is not in the table. */
  readonly find: number;
  /** Adds the states of that list up to its end; to be told of each that is new, where it came from and where it is. */
  meet(code: Code, end: number, fresh: (successor: number, state: number) => void): void;
}
