import { type Code, i32, i64, type ModuleBuilder, op } from "../../model/index.ts";
import {
  addressOf,
  allPlaces,
  copyState,
  count,
  hash,
  type InnerLoopOptions,
  load,
  locals,
  type TableCode,
  takeNumbers,
  toNextPlace,
  toPlace,
} from "./inner-loop-code.ts";

/** What is in a place of the table while its state is being written. No number and tag are like this. */
const locked = -1;

type Parts = InnerLoopOptions & { readonly builder: ModuleBuilder };

/**
 * The table of states of several words: it has their numbers, counted from 1 so that 0 is a free place,
 * and in what is left of 32 bits a part of their hashes, the tag.
 */
export function numberTable(builder: ModuleBuilder, options: InnerLoopOptions): TableCode {
  const { head } = options;
  const parts = { ...options, builder };
  const insert = addInsert(parts);
  addFill(parts);
  const find = addFind(parts);
  const sift = addSift(parts);
  return {
    sift,
    find,
    meet: (code, end, fresh) => {
      const { listed, successor, state } = locals(code, "listed", "successor", "state");
      code.i32(head.sifted).set(listed);
      count(code, listed, end, 4, () => {
        code.get(listed).memory("i32Load").tee(successor).call(insert).tee(state);
        code.if(() => fresh(successor, state));
      });
    },
  };
}

function addInsert({ builder, words, isShared }: Parts): number {
  const stateBytes = 8 * words;
  return builder.function(
    { parameters: [i32], results: [i32] },
    (code) => {
      const { place, tag, found, other, at } = locals(code, "place", "tag", "found", "other", "at");
      const { number } = locals(code, "number");
      const bits = numberBits(code);
      const places = allPlaces(code);
      placeAndTag(hash(code, words, 0), places, bits, place, tag);
      code.loop((again) => {
        placeAt(code, place).tee(at);
        if (isShared)
          code.atomic("i32AtomicLoad").tee(found).i32(locked).op(op.i32Eq).branchIf(again);
        if (isShared) code.get(found);
        else code.memory("i32Load").tee(found);
        code.op(op.i32Eqz);
        code.if(() => {
          if (isShared) {
            // The place is locked until the state has been written.
            code.get(at).i32(0).i32(locked).atomic("i32AtomicCompareExchange").branchIf(again);
          }
          takeNumbers(code, isShared, () => code.i32(1)).tee(number);
          addressOf(code, stateBytes).set(other);
          copyState(code, words, 0, other);
          code.get(at).get(number).i32(1).op(op.i32Add).get(tag).op(op.i32Or);
          if (isShared) code.atomic("i32AtomicStore");
          else code.memory("i32Store");
          code.get(other).op(op.return);
        });
        code.block((differs) => {
          code.get(found).get(tag).op(op.i32Xor).get(bits).op(op.i32ShrU).branchIf(differs);
          toState(code.get(found), bits, words).set(other);
          difference(code, words, 0, other).i64(0n).op(op.i64Ne).branchIf(differs);
          code.i32(0).op(op.return);
        });
        toNextPlace(code, place, 1);
        code.branch(again);
      });
      code.op(op.unreachable);
    },
    "insert",
  );
}

function addFill({ builder, words }: Parts): void {
  const stateBytes = 8 * words;
  builder.function(
    { parameters: [i32, i32], results: [] },
    (code) => {
      const [number, to] = [0, 1];
      const { state, place, tag } = locals(code, "state", "place", "tag");
      const bits = numberBits(code);
      const places = allPlaces(code);
      addressOf(code.get(number), stateBytes).set(state);
      count(code, number, to, 1, () => {
        placeAndTag(hash(code, words, state), places, bits, place, tag);
        code.block((isFree) => {
          code.loop((again) => {
            placeAt(code, place).memory("i32Load").op(op.i32Eqz).branchIf(isFree);
            toNextPlace(code, place, 1);
            code.branch(again);
          });
        });
        placeAt(code, place).get(number).i32(1).op(op.i32Add).get(tag).op(op.i32Or);
        code.memory("i32Store");
        code.get(state).i32(stateBytes).op(op.i32Add).set(state);
      });
    },
    "fill",
  );
}

function addFind({ builder, words }: Parts): number {
  return builder.function({ parameters: [i32], results: [i32] }, (code) => {
    const { place, tag, found, other } = locals(code, "place", "tag", "found", "other");
    const bits = numberBits(code);
    placeAndTag(hash(code, words, 0), allPlaces(code), bits, place, tag);
    code.loop((again) => {
      placeAt(code, place).memory("i32Load").tee(found).op(op.i32Eqz);
      code.if(() => code.i32(-1).op(op.return));
      code.block((differs) => {
        code.get(found).get(tag).op(op.i32Xor).get(bits).op(op.i32ShrU).branchIf(differs);
        toState(code.get(found), bits, words).set(other);
        difference(code, words, 0, other).i64(0n).op(op.i64Ne).branchIf(differs);
        toNumber(code.get(found), bits).op(op.return);
      });
      toNextPlace(code, place, 1);
      code.branch(again);
    });
    code.op(op.unreachable);
  });
}

/**
 * No load waits for the one before and nothing is branched on, so that memory is waited for once and not for each
 * successor; it would be most of the time.
 */
function addSift({ builder, words, entryBytes, head, isShared }: Parts): number {
  return builder.function({ parameters: [i32, i32], results: [i32] }, (code) => {
    const { place, tag, found, other, end } = locals(code, "place", "tag", "found", "other", "end");
    const bits = numberBits(code);
    const places = allPlaces(code);
    code.i32(head.sifted).set(end);
    count(code, 0, 1, entryBytes, () => {
      code.get(end).get(0).memory("i32Store");
      placeAndTag(hash(code, words, 0), places, bits, place, tag);
      placeAt(code, place).memory("i32Load").set(found);
      // Where the tags differ the state is compared with itself, which is at hand.
      toState(code.get(found), bits, words).get(0);
      code.get(found).get(tag).op(op.i32Xor).get(bits).op(op.i32ShrU, op.i32Eqz);
      code.get(found).i32(0).op(op.i32Ne, op.i32And);
      if (isShared) code.get(found).i32(locked).op(op.i32Ne, op.i32And);
      code.tee(found).op(op.select).set(other);
      code.get(end);
      difference(code, words, 0, other).i64(0n).op(op.i64Ne).get(found).op(op.i32Eqz, op.i32Or);
      code.i32(2).op(op.i32Shl, op.i32Add).set(end);
    });
    code.get(end);
  });
}

/** Turns the hash on the stack into a place and a tag, in locals. */
function placeAndTag(code: Code, places: number, bits: number, place: number, tag: number): void {
  const h = code.local(i64);
  toPlace(code.tee(h), places).set(place);
  // The place is in the upper half of the hash.
  code.get(h).op(op.i32WrapI64).i32(-1).get(bits).op(op.i32Shl, op.i32And).set(tag);
}

/** Puts the address of a place onto the stack. */
function placeAt(code: Code, place: number): Code {
  code.get(place).i32(2).op(op.i32Shl);
  return load(code, "table").op(op.i32Add);
}

/** A local with the bits of a number. */
function numberBits(code: Code): number {
  const bits = code.local(i32);
  load(code, "bits").set(bits);
  return bits;
}

/** Turns what is in a place into the number of its state. */
const toNumber = (code: Code, bits: number): Code =>
  code.i32(1).get(bits).op(op.i32Shl).i32(1).op(op.i32Sub, op.i32And).i32(1).op(op.i32Sub);

/** Turns what is in a place into the address of its state. */
const toState = (code: Code, bits: number, words: number): Code =>
  addressOf(toNumber(code, bits), 8 * words);

/** Puts onto the stack a word that is 0 if two states are the same. */
function difference(code: Code, words: number, one: number, other: number): Code {
  for (let word = 0; word < words; word++) {
    code
      .get(one)
      .memory("i64Load", 8 * word)
      .get(other)
      .memory("i64Load", 8 * word);
    code.op(op.i64Xor);
    if (word > 0) code.op(op.i64Or);
  }
  return code;
}
