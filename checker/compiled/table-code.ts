import { type Code, i32, type ModuleBuilder, op } from "../../model/index.ts";
import { addressOf, cells, count, type InnerLoopOptions, load, locals } from "./inner-loop-code.ts";

/** The table of visited states, as part of an inner loop. */
export interface TableCode {
  /** The function that adds the state at an address: where it is now, or 0 if it was there before. */
  readonly insert: number;
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

/** What a table has of its own: by functions of the address of a word, how it is entered, sifted and found. */
export type OwnTableCode = Pick<TableCode, "sift" | "find"> & {
  /** Puts the word into the table: 1, or 0 if it was there. */
  readonly enter: number;
};

/** A table, of what is its own, and of how states get their numbers, which is the same for each. */
export function tableCode(
  builder: ModuleBuilder,
  { isShared, head }: InnerLoopOptions,
  { enter, sift, find }: OwnTableCode,
): TableCode {
  addForEach(builder, "fill", (code, state) => code.get(state).call(enter).op(op.drop));
  return {
    insert: addInsert(builder, isShared, enter),
    sift,
    find,
    meet: (code, end, fresh) => {
      const { listed, last, successor, state } = locals(
        code,
        "listed",
        "last",
        "successor",
        "state",
      );
      // The list becomes that of the new ones; they are given numbers together.
      code.i32(head.sifted).tee(listed).set(last);
      count(code, listed, end, 4, () => {
        code.get(last).get(listed).memory("i32Load").memory("i32Store");
        code.get(last).get(listed).memory("i32Load").call(enter).i32(2).op(op.i32Shl, op.i32Add);
        code.set(last);
      });
      code.i32(head.sifted).set(listed);
      code.get(listed).get(last).op(op.i32Ne);
      code.if(() => {
        const many = (): Code =>
          code.get(last).i32(head.sifted).op(op.i32Sub).i32(2).op(op.i32ShrU);
        addressOf(takeNumbers(code, isShared, many)).set(state);
        count(code, listed, last, 4, () => {
          code.get(listed).memory("i32Load").set(successor);
          copyWord(code, successor, state);
          fresh(successor, state);
          code.get(state).i32(8).op(op.i32Add).set(state);
        });
      });
    },
  };
}

function addInsert(builder: ModuleBuilder, isShared: boolean, enter: number): number {
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    const { to } = locals(code, "to");
    code.get(0).call(enter).op(op.i32Eqz);
    code.if(() => code.i32(0).op(op.return));
    addressOf(takeNumbers(code, isShared, () => code.i32(1))).set(to);
    copyWord(code, 0, to).get(to);
  });
}

/**
 * A function that does something with each state that has a number from one up to another, by the address of its word
 * and its number, which are in locals.
 */
export function addForEach(
  builder: ModuleBuilder,
  name: string,
  each: (code: Code, state: number, number: number) => void,
): void {
  builder.function(
    { parameters: [i32, i32], results: [] },
    (code) => {
      const [number, end] = [0, 1];
      const { state } = locals(code, "state");
      addressOf(code.get(number)).set(state);
      count(code, number, end, 1, () => {
        each(code, state, number);
        code.get(state).i32(8).op(op.i32Add).set(state);
      });
    },
    name,
  );
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

/** Copies a word from an address to another. */
export const copyWord = (code: Code, from: number, to: number): Code =>
  code.get(to).get(from).memory("i64Load").memory("i64Store");
