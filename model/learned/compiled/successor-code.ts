import type { Field, Packing } from "../../packing.ts";
import { i64, op } from "../../wasm/code.ts";
import type { SequenceAt, Write } from "../recording/asked.ts";
import { maskOf, type StateWords } from "./state-words.ts";

type Copy = Extract<Write, { kind: "copy" }>;
type SequenceWrite = Extract<Write, { sequence: SequenceAt }>;

/** Whether `SuccessorCode` can write these. */
export function isWritable(packing: Packing, writes: readonly Write[]): boolean {
  return writes.every(
    (write) => !("sequence" in write) || placesOf(packing, write.sequence) !== undefined,
  );
}

/** Writes the code that makes successors of packed states. */
export class SuccessorCode {
  readonly #states: StateWords;
  /** A local for the word that is being changed. */
  readonly #word: number;

  constructor(states: StateWords) {
    this.#states = states;
    this.#word = states.code.local(i64);
  }

  /** Writes the state that the writes make of the first state to the address in a local. */
  write(writes: readonly Write[], target: number): void {
    const { code, packing } = this.#states;
    const word = this.#word;
    const changes = Array.from({ length: packing.words }, () => ({
      clear: 0n,
      set: 0n,
      add: 0n,
      copied: [] as Copy[],
    }));
    const operations: SequenceWrite[] = [];
    for (const write of writes) {
      if ("sequence" in write) {
        operations.push(write);
        continue;
      }
      const field = packing.fields[write.slot] as Field;
      const shift = BigInt(field.shift);
      const change = changes[field.word] as (typeof changes)[0];
      if (write.kind === "add") change.add += BigInt(write.by) << shift;
      else if (write.kind === "copy") {
        change.clear |= maskOf(field.width) << shift;
        change.copied.push(write);
      } else {
        change.clear |= maskOf(field.width) << shift;
        change.set |= BigInt(write.digit) << shift;
      }
    }
    const ownOf = (position: number): readonly SequenceWrite[] =>
      operations.filter(({ sequence }) => packing.fields[sequence.slot]?.word === position);
    const isKept = (position: number): boolean => {
      const { clear, add } = changes[position] ?? { clear: 1n, add: 0n };
      return clear === 0n && add === 0n && ownOf(position).length === 0;
    };
    for (let position = 0; position < packing.words; position++) {
      if (isKept(position)) {
        const words = isKept(position + 1) ? 2 : 1;
        this.#states.copyFirst(position, words, target);
        position += words - 1;
        continue;
      }
      const { clear, set, add, copied } = changes[position] as (typeof changes)[0];
      code.get(target).get(this.#states.wordOfFirst(position));
      if (clear !== 0n) code.i64(~clear).op(op.i64And);
      if (set !== 0n) code.i64(set).op(op.i64Or);
      this.#copy(copied);
      if (add !== 0n) code.i64(add).op(op.i64Add);
      const own = ownOf(position);
      if (own.length > 0) {
        code.set(word);
        for (const operation of own) this.#operate(operation);
        code.get(word);
      }
      code.memory("i64Store", 8 * position);
    }
  }

  /** Puts digits of the first state into the word on the stack, where they are zero; those that move alike at once. */
  #copy(copied: readonly Copy[]): void {
    const { code, packing } = this.#states;
    const moves = new Map<string, { word: number; by: number; mask: bigint }>();
    for (const { slot, from } of copied) {
      const [source, target] = [packing.fields[from] as Field, packing.fields[slot] as Field];
      const by = target.shift - source.shift;
      const key = `${source.word} ${by}`;
      const move = moves.get(key) ?? { word: source.word, by, mask: 0n };
      move.mask |= maskOf(target.width) << BigInt(target.shift);
      moves.set(key, move);
    }
    for (const { word, by, mask } of moves.values()) {
      if (mask === 0n) continue;
      code.get(this.#states.wordOfFirst(word));
      if (by !== 0) code.i64(BigInt(Math.abs(by))).op(by > 0 ? op.i64Shl : op.i64ShrU);
      code.i64(mask).op(op.i64And, op.i64Or);
    }
  }

  /** Changes a sequence in the word that is in the local for it. */
  #operate(operation: SequenceWrite): void {
    const { code, packing } = this.#states;
    const word = this.#word;
    const { length, first, bits, max } = placesOf(packing, operation.sequence) as Places;
    const one = 1n << BigInt(length.shift);
    const change = (by: bigint): void => {
      code.get(word).i64(by).op(op.i64Add).set(word);
    };
    if (operation.kind === "remove") {
      const above =
        maskOf(bits * (max - operation.place)) << BigInt(first + bits * operation.place);
      code.get(word).i64(~above).op(op.i64And);
      code.get(word).i64(above).op(op.i64And).i64(BigInt(bits)).op(op.i64ShrU);
      code.i64(above).op(op.i64And, op.i64Or).set(word);
      change(-one);
      return;
    }
    const value = elementBits(packing, operation.sequence, operation.digits);
    if (operation.kind === "append") {
      code.get(word).i64(value);
      code
        .get(word)
        .i64(BigInt(length.shift))
        .op(op.i64ShrU)
        .i64(maskOf(length.width))
        .op(op.i64And);
      code.i64(BigInt(bits)).op(op.i64Mul).i64(BigInt(first)).op(op.i64Add);
      code.op(op.i64Shl, op.i64Or).set(word);
    } else {
      const places = maskOf(bits * max) << BigInt(first);
      code.get(word).i64(~places).op(op.i64And);
      code.get(word).i64(places).op(op.i64And).i64(BigInt(bits)).op(op.i64Shl);
      code.i64(places).op(op.i64And, op.i64Or);
      code
        .i64(value << BigInt(first))
        .op(op.i64Or)
        .set(word);
    }
    change(one);
  }
}

interface Places {
  readonly length: { readonly shift: number; readonly width: number };
  /** Where the first place begins, and the bits of each. */
  readonly first: number;
  readonly bits: number;
  readonly max: number;
}

/** How a sequence stands in its word; undefined if it is not in one word without gaps. */
function placesOf(packing: Packing, { slot, max, width }: SequenceAt): Places | undefined {
  const length = packing.fields[slot] as Field;
  const first = length.shift + length.width;
  let shift = first;
  for (let at = slot + 1; at <= slot + max * width; at++) {
    const field = packing.fields[at] as Field;
    if (field.word !== length.word || (field.width > 0 && field.shift !== shift)) return undefined;
    shift += field.width;
  }
  return { length, first, bits: max === 0 ? 0 : (shift - first) / max, max };
}

/** The digits of one value of a sequence, as they stand in a word. */
function elementBits(packing: Packing, { slot }: SequenceAt, digits: readonly number[]): bigint {
  let bits = 0n;
  let shift = 0n;
  digits.forEach((digit, position) => {
    const { width } = packing.fields[slot + 1 + position] as Field;
    bits |= BigInt(digit) << shift;
    shift += BigInt(width);
  });
  return bits;
}
