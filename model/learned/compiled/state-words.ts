import type { Field, Packing } from "../../packing.ts";
import { type Code, i32, i64, op } from "../../wasm/code.ts";

/**
 * Packed states as the code of a function sees them: their words in local variables, each loaded once at the start if it
 * is used at all. The states do not change.
 */
export class StateWords {
  readonly code: Code;
  readonly packing: Packing;
  /** Of a state: slots of a second one follow those of the first. */
  readonly #slots: number;
  /** Where the address of each state stands. */
  readonly #states: readonly number[];
  /** The local of each word that is used, by its number in all states. */
  readonly #locals = new Map<number, number>();
  readonly #digit: number;

  /** The code is at its start; `states` are the locals in which the addresses of the states stand. */
  constructor(code: Code, packing: Packing, states: readonly number[]) {
    this.code = code;
    this.packing = packing;
    this.#slots = packing.fields.length;
    this.#states = states;
    this.#digit = code.local(i32);
  }

  /** The local in which a word of the first state stands. */
  wordOfFirst(word: number): number {
    return this.#local(word);
  }

  /** Copies a word of the first state, or two, to the state at the address in a local. */
  copyFirst(word: number, words: 1 | 2, target: number): void {
    const { code } = this;
    const offset = 8 * word;
    code.get(target).get(this.#states[0] as number);
    if (words === 1) code.memory("i64Load", offset).memory("i64Store", offset);
    else code.vector("load", offset, false).vector("store", offset, false);
  }

  #local(word: number): number {
    const { code, packing } = this;
    let local = this.#locals.get(word);
    if (local === undefined) {
      const its = code.local(i64);
      const state = this.#states[Math.floor(word / packing.words)] as number;
      code.opening(() => {
        code
          .get(state)
          .memory("i64Load", 8 * (word % packing.words))
          .set(its);
      });
      local = its;
      this.#locals.set(word, local);
    }
    return local;
  }

  /** Puts a digit onto the stack, as 32 bits. */
  extract(slot: number): void {
    const { code } = this;
    const { local, shift, width } = this.#fieldOf(slot);
    if (width === 0) {
      code.i32(0);
      return;
    }
    code.get(local);
    if (shift > 0) code.i64(BigInt(shift)).op(op.i64ShrU);
    code.op(op.i32WrapI64);
    if (shift + width < 64) code.i32(2 ** width - 1).op(op.i32And);
  }

  /** Puts 1 onto the stack if a digit is one of the answers, otherwise 0. */
  isOneOf(slot: number, values: number, answers: readonly number[]): void {
    const { code } = this;
    const { local, shift, width } = this.#fieldOf(slot);
    const [only] = answers;
    if (answers.length === 1 && width > 0) {
      code
        .get(local)
        .i64(maskOf(width) << BigInt(shift))
        .op(op.i64And);
      code.i64(BigInt(only as number) << BigInt(shift)).op(op.i64Eq);
      return;
    }
    this.extract(slot);
    this.amongTop(values, answers);
  }

  /** Takes a number from the stack; 1 if it is one of the answers. */
  amongTop(values: number, answers: readonly number[]): void {
    const { code } = this;
    const digit = this.#digit;
    const [first, last] = [answers[0] as number, answers.at(-1) as number];
    if (answers.length === 1) {
      code.i32(first).op(op.i32Eq);
    } else if (last - first === answers.length - 1) {
      code
        .i32(first)
        .op(op.i32Sub)
        .i32(last - first)
        .op(op.i32LeU);
    } else if (values <= 32) {
      code.set(digit);
      code.i32(answers.reduce((bits, answer) => bits | (1 << answer), 0));
      code.get(digit).op(op.i32ShrU).i32(1).op(op.i32And);
    } else {
      code.set(digit).i32(0);
      for (const answer of answers) code.get(digit).i32(answer).op(op.i32Eq, op.i32Or);
    }
  }

  #fieldOf(slot: number): {
    readonly local: number;
    readonly shift: number;
    readonly width: number;
  } {
    const { fields, words } = this.packing;
    const state = slot < this.#slots ? 0 : 1;
    const { word, shift, width } = fields[slot - state * this.#slots] as Field;
    return { local: this.#local(state * words + word), shift, width };
  }
}

/** So many bits, the lowest, are 1. */
export const maskOf = (width: number): bigint => (1n << BigInt(width)) - 1n;
