import { type Code, i32, i64, type ModuleBuilder, op, v128 } from "../../model/index.ts";
import {
  addressOf,
  cells,
  count,
  hashOf,
  type InnerLoopOptions,
  load,
  locals,
  mixed,
  multipliers,
  sideCells,
  sides,
} from "./inner-loop-code.ts";

/*
 * States of several words are searched as states of one: the number of their first words, and that of the rest. Of
 * either part each that occurs is kept once, and has a number; so a state takes as much as one of one word, and two are
 * the same exactly if their numbers are. A step changes few variables, so there are few parts for many states.
 *
 * Parts are looked at as if they were whole states, of which masks tell what belongs to the part; what stands there of
 * other words is of other parts. For each side there is a table: in a place stands a number, counted from 1 so that 0 is a free place, and in what is left of 32 bits a
 * piece of the hash, the tag.
 */

/** What is in a place of a table while its part is being written. No number and tag are like this. */
const locked = -1;

type Options = InnerLoopOptions & { readonly builder: ModuleBuilder };
type Side = (typeof sides)[number];

/** The functions that take states apart and put them together. */
export interface PartsCode {
  /** Writes the words of the state with a number to an address. */
  readonly spell: number;
  /**
   * Puts, for each successor from one address up to another, its numbers and its address behind `head.packed`; answers
   * the end of that.
   */
  readonly pack: number;
  /**
   * The word that stands for the state at an address; a part that is in no table is added, if that is said, otherwise
   * -1 is answered.
   */
  readonly numbersOf: number;
}

/** Bytes of a successor whose parts have numbers: these, 32 bits each, then its address. */
export const packedBytes = 16;

export function partsCode(builder: ModuleBuilder, options: InnerLoopOptions): PartsCode {
  const its = { ...options, builder };
  const numberOf = addNumberOf(its);
  const numbersOf = addNumbersOf(its, numberOf);
  addRefill(its);
  return { spell: addSpell(its), pack: addPack(its, numbersOf), numbersOf };
}

function addSpell({ builder, words }: Options): number {
  return builder.function(
    { parameters: [i32, i32], results: [] },
    (code) => {
      const [number, to] = [0, 1];
      const { masks, numbers } = locals(code, "masks", "numbers");
      addressOf(code.get(number)).set(numbers);
      load(code, "masks").set(masks);
      const slots = slotsOf(code, numbers);
      for (const at of pairs(words)) {
        spelled(code, slots, masks, at, () => code.get(to));
        if (at.isPair) code.vector("store", at.offset, false);
        else code.memory("i64Store", at.offset);
      }
    },
    "spell",
  );
}

/**
 * First it is found out where all numbers are, then they are fetched with as little else as possible, so that many are
 * waited for at once: that would be most of the time. Then the parts are fetched, and compared at last. Nothing is
 * branched on but what is not there, and is added.
 */
function addPack(
  { builder, head, words, entryBytes, isShared }: Options,
  numbersOf: number,
): number {
  return builder.function({ parameters: [i32, i32], results: [i32] }, (code) => {
    const [from, end] = [0, 1];
    const { next, packed, last, masks } = locals(code, "next", "packed", "last", "masks");
    const { found, tag, number } = locals(code, "found", "tag", "number");
    const sum = code.local(i64);
    const numbers = new Numbers(code, words);
    load(code, "masks").set(masks);
    code.get(from).set(next).i32(head.packed).set(last);
    count(code, next, end, entryBytes, () => {
      numbers.hash(next, masks);
      for (const side of sides) {
        // For now, the address of the place and the tag stand where number and address of the successor go.
        code.get(last);
        numbers.place(side, tag).memory("i32Store", side.offset);
        code
          .get(last)
          .get(tag)
          .memory("i32Store", 8 + side.offset);
      }
      code.get(last).i32(packedBytes).op(op.i32Add).set(last);
    });
    code.i32(head.packed).set(packed);
    count(code, packed, last, packedBytes, () => {
      for (const { offset } of sides) {
        code.get(packed).memory("i32Load", offset).memory("i32Load");
        code.op(op.i64ExtendI32U).get(sum).op(op.i64Add).set(sum);
      }
    });
    code.get(from).set(next).i32(head.packed).set(packed);
    count(code, packed, last, packedBytes, () => {
      for (const side of sides) {
        code.get(packed).memory("i32Load", side.offset).memory("i32Load").set(found);
        code
          .get(packed)
          .memory("i32Load", 8 + side.offset)
          .set(tag);
        // What is not there is looked for in the first part, where it is not either.
        numbers.numberIn(side, found).i32(0);
        numbers.agrees(side, found, tag);
        code.get(found).i32(0).op(op.i32Ne, op.i32And);
        if (isShared) code.get(found).i32(locked).op(op.i32Ne, op.i32And);
        code.op(op.select).set(number);
        code.get(packed).get(number).memory("i32Store", side.offset);
        slotAt(code, side, () => code.get(number));
        code.memory("i64Load", side === sides[0] ? 0 : 8 * (words - 1));
        code.get(sum).op(op.i64Add).set(sum);
      }
      code.get(packed).get(next).memory("i32Store", 8);
      code.get(next).i32(entryBytes).op(op.i32Add).set(next);
    });
    code.get(last).get(sum).memory("i64Store"); // or what only fetches would be left out
    code.i32(head.packed).set(packed);
    count(code, from, end, entryBytes, () => {
      differs(code, words, { state: from, numbers: packed, masks });
      code.if(() => {
        code.get(packed).get(from).i32(1).call(numbersOf).memory("i64Store");
      });
      code.get(packed).i32(packedBytes).op(op.i32Add).set(packed);
    });
    code.get(last);
  });
}

/**
 * The number of a part of the state at an address, by its side; if it is in no table, it is added, or -1 is answered.
 */
function addNumberOf({ builder, words, isShared }: Options): readonly number[] {
  const its = { parameters: [i32, i32], results: [i32] } as const;
  return sides.map((side) =>
    builder.function(its, (code) => {
      const [state, adds] = [0, 1];
      const { masks, tag, found, slot, at, number } = locals(
        code,
        "masks",
        "tag",
        "found",
        "slot",
        "at",
        "number",
      );
      const numbers = new Numbers(code, words);
      load(code, "masks").set(masks);
      numbers.hash(state, masks);
      numbers.place(side, tag).set(at);
      code.loop((again) => {
        if (isShared) {
          code.get(at).atomic("i32AtomicLoad").tee(found).i32(locked).op(op.i32Eq).branchIf(again);
          code.get(found);
        } else code.get(at).memory("i32Load").tee(found);
        code.op(op.i32Eqz);
        code.if(() => {
          code.get(adds).op(op.i32Eqz);
          code.if(() => code.i32(-1).op(op.return));
          if (isShared) {
            // The place is locked until the part has been written.
            code.get(at).i32(0).i32(locked).atomic("i32AtomicCompareExchange").branchIf(again);
          }
          takeNumber(code, isShared, side).set(number);
          slotAt(code, side, () => code.get(number)).set(slot);
          for (let word = 0; word < words; word++) {
            mask(code, side, masks, word).op(op.i64Eqz, op.i32Eqz);
            code.if(() => {
              code
                .get(slot)
                .get(state)
                .memory("i64Load", 8 * word)
                .memory("i64Store", 8 * word);
            });
          }
          code.get(at).get(number).i32(1).op(op.i32Add).get(tag).op(op.i32Or);
          if (isShared) code.atomic("i32AtomicStore");
          else code.memory("i32Store");
          code.get(number).op(op.return);
        });
        code.block((isOther) => {
          numbers.agrees(side, found, tag).op(op.i32Eqz).branchIf(isOther);
          numbers.numberIn(side, found).set(number);
          slotAt(code, side, () => code.get(number)).set(slot);
          for (let word = 0; word < words; word++) {
            code.get(slot).memory("i64Load", 8 * word);
            code
              .get(state)
              .memory("i64Load", 8 * word)
              .op(op.i64Xor);
            mask(code, side, masks, word).op(op.i64And, op.i64Eqz, op.i32Eqz).branchIf(isOther);
          }
          code.get(number).op(op.return);
        });
        toNext(code, side, at).branch(again);
      });
      code.op(op.unreachable);
    }),
  );
}

function addNumbersOf({ builder }: Options, numberOf: readonly number[]): number {
  return builder.function(
    { parameters: [i32, i32], results: [i64] },
    (code) => {
      const [state, adds] = [0, 1];
      const number = code.local(i32);
      const both = code.local(i64);
      for (const [position, { offset }] of sides.entries()) {
        code
          .get(state)
          .get(adds)
          .call(numberOf[position] as number)
          .tee(number);
        code.i32(-1).op(op.i32Eq);
        code.if(() => code.i64(-1n).op(op.return));
        code
          .get(number)
          .op(op.i64ExtendI32U)
          .i64(BigInt(8 * offset))
          .op(op.i64Shl);
        code.get(both).op(op.i64Or).set(both);
      }
      code.get(both);
    },
    "numbersOf",
  );
}

/** Enters the parts with numbers from `from` up to `to` into the table of a side, from 0, which is clear. */
function addRefill({ builder, words }: Options): void {
  const its = { parameters: [i32, i32, i32], results: [] } as const;
  const write = (code: Code): void => {
    const [asked, number, to] = [0, 1, 2];
    const { masks, tag, part, at } = locals(code, "masks", "tag", "part", "at");
    const numbers = new Numbers(code, words);
    load(code, "masks").set(masks);
    count(code, number, to, 1, () => {
      for (const [position, side] of sides.entries()) {
        code.get(asked).i32(position).op(op.i32Eq);
        code.if(() => {
          slotAt(code, side, () => code.get(number)).set(part);
          numbers.hash(part, masks);
          numbers.place(side, tag).set(at);
          code.block((isFree) => {
            code.loop((again) => {
              code.get(at).memory("i32Load").op(op.i32Eqz).branchIf(isFree);
              toNext(code, side, at).branch(again);
            });
          });
          code.get(at).get(number).i32(1).op(op.i32Add).get(tag).op(op.i32Or).memory("i32Store");
        });
      }
    });
  };
  builder.function(its, write, "refillParts");
}

/** Finds out where the numbers of the parts of a state stand. */
class Numbers {
  readonly #code: Code;
  readonly #words: number;
  readonly #hashes: ReadonlyMap<Side, number>;
  readonly #bits: ReadonlyMap<Side, number>;

  /** The code is at its start. */
  constructor(code: Code, words: number) {
    this.#code = code;
    this.#words = words;
    this.#hashes = new Map(sides.map((side) => [side, code.local(i64)]));
    this.#bits = new Map(
      sides.map((side) => {
        const bits = code.local(i32);
        cell(code, side, "bits").set(bits);
        return [side, bits];
      }),
    );
  }

  /** Makes hashes of both parts of the state at an address. */
  hash(state: number, masks: number): void {
    const code = this.#code;
    const [first, second] = [...this.#hashes.values()] as [number, number];
    const [word, sum] = [code.local(i64), code.local(i64)];
    code.i64(0n).set(first).i64(0n).set(sum);
    for (const [position, multiplier] of multipliers(this.#words).entries()) {
      mixed(code.get(state).memory("i64Load", 8 * position), word);
      code.i64(multiplier).op(op.i64Mul).tee(word).get(sum).op(op.i64Add).set(sum);
      code
        .get(word)
        .get(masks)
        .memory("i64Load", 8 * position)
        .op(op.i64And);
      code.get(first).op(op.i64Add).set(first);
    }
    code.get(sum).get(first).op(op.i64Sub).set(second);
    for (const h of [first, second]) hashOf(mixed(code.get(h), h)).set(h);
  }

  /** Leaves the tag of a side in a local, and puts the address of its place onto the stack. */
  place(side: Side, tag: number): Code {
    const code = this.#code;
    const h = this.#hashes.get(side) as number;
    // The place is in the upper half of the hash.
    code
      .get(h)
      .op(op.i32WrapI64)
      .i32(-1)
      .get(this.#bits.get(side) as number);
    code.op(op.i32Shl, op.i32And).set(tag);
    code.get(h).i64(32n).op(op.i64ShrU);
    cell(code, side, "places").op(op.i64ExtendI32U, op.i64Mul);
    code.i64(32n).op(op.i64ShrU, op.i32WrapI64).i32(2).op(op.i32Shl);
    return cell(code, side, "table").op(op.i32Add);
  }

  /** Puts onto the stack whether the tag in a place is another one's. */
  agrees(side: Side, found: number, tag: number): Code {
    const bits = this.#bits.get(side) as number;
    return this.#code.get(found).get(tag).op(op.i32Xor).get(bits).op(op.i32ShrU, op.i32Eqz);
  }

  /** Puts the number in a place onto the stack. */
  numberIn(side: Side, found: number): Code {
    const code = this.#code.get(found);
    code
      .i32(1)
      .get(this.#bits.get(side) as number)
      .op(op.i32Shl)
      .i32(1);
    return code.op(op.i32Sub, op.i32And).i32(1).op(op.i32Sub);
  }
}

/** Puts a cell of a side onto the stack. */
const cell = (code: Code, { base }: Side, name: keyof typeof sideCells): Code =>
  code.i32(base + sideCells[name]).memory("i32Load");

/** Puts the mask of the words of a side onto the stack, for one of them. */
function mask(code: Code, side: Side, masks: number, word: number): Code {
  code.get(masks).memory("i64Load", 8 * word);
  return side === sides[0] ? code : code.i64(-1n).op(op.i64Xor);
}

/** Turns the address of a place into that of the next, or the first. */
function toNext(code: Code, side: Side, at: number): Code {
  code.get(at).i32(4).op(op.i32Add).set(at);
  cell(code, side, "table").get(at).get(at);
  cell(code, side, "table");
  cell(code, side, "places").i32(2).op(op.i32Shl, op.i32Add, op.i32Eq, op.select);
  return code.set(at);
}

/** Puts the address onto the stack of a state that has the part with a number. */
function slotAt(code: Code, side: Side, number: () => Code): Code {
  cell(code, side, "slots");
  number();
  return cell(code, side, "bytes").op(op.i32Mul, op.i32Sub);
}

/** Takes the next number of a side, and ends the run where it is the last for which there is room. */
function takeNumber(code: Code, isShared: boolean, side: Side): Code {
  const number = code.local(i32);
  const at = side.base + sideCells.count;
  if (isShared) code.i32(at).i32(1).atomic("i32AtomicAdd").set(number);
  else {
    code.i32(at).memory("i32Load").set(number);
    code.i32(at).get(number).i32(1).op(op.i32Add).memory("i32Store");
  }
  code.get(number);
  cell(code, side, "limit").op(op.i32GeU);
  code.if(() => code.i32(cells.limit).i32(0).memory("i32Store"));
  return code.get(number);
}

/** Two words of a state, or the last one. */
interface Pair {
  readonly offset: number;
  readonly isPair: boolean;
}

const pairs = (words: number): readonly Pair[] =>
  Array.from({ length: Math.ceil(words / 2) }, (_, pair) => ({
    offset: 16 * pair,
    isPair: 2 * pair + 1 < words,
  }));

/** Locals with the addresses of the slots of a state, whose numbers stand at an address. */
function slotsOf(code: Code, numbers: number): readonly [number, number] {
  return sides.map((side) => {
    const slot = code.local(i32);
    slotAt(code, side, () => code.get(numbers).memory("i32Load", side.offset)).set(slot);
    return slot;
  }) as [number, number];
}

/** Puts two words of the state in such slots onto the stack, or one, behind what `before` puts there. */
function spelled(
  code: Code,
  slots: readonly [number, number],
  masks: number,
  { offset, isPair }: Pair,
  before: () => void,
): void {
  const [first, second] = slots;
  before();
  if (isPair) {
    for (const from of [first, second, masks]) code.get(from).vector("load", offset, false);
    code.vector("bitSelect");
    return;
  }
  code.get(first).memory("i64Load", offset).get(second).memory("i64Load", offset).op(op.i64Xor);
  code.get(masks).memory("i64Load", offset).op(op.i64And);
  code.get(second).memory("i64Load", offset).op(op.i64Xor);
}

/** Puts onto the stack whether a state is not the one whose numbers stand at an address. */
function differs(
  code: Code,
  words: number,
  { state, numbers, masks }: Readonly<Record<"state" | "numbers" | "masks", number>>,
): void {
  const slots = slotsOf(code, numbers);
  const sum = code.local(v128);
  for (const at of pairs(words)) {
    if (!at.isPair) continue;
    spelled(code, slots, masks, at, () => {});
    code.get(state).vector("load", at.offset, false).vector("xor");
    if (at.offset > 0) code.get(sum).vector("or");
    code.set(sum);
  }
  code.get(sum).vector("anyTrue");
  for (const at of pairs(words)) {
    if (at.isPair) continue;
    spelled(code, slots, masks, at, () => {});
    code.get(state).memory("i64Load", at.offset).op(op.i64Ne, op.i32Or);
  }
}
