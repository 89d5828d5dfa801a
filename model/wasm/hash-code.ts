import { mix } from "../mix.ts";
import { type Code, i32, op } from "./code.ts";

/** A number of 32 bits: one that is known while code is made, or what puts it onto the stack, once. */
export type Value = number | (() => void);

/** The hash of `mix.ts` as code; of numbers that are known nothing is left to do. */
export class HashCode {
  readonly #code: Code;
  readonly #hash: number;

  constructor(code: Code) {
    this.#code = code;
    this.#hash = code.local(i32);
  }

  /** Puts a value onto the stack. */
  push(value: Value): Code {
    if (typeof value === "number") this.#code.i32(value);
    else value();
    return this.#code;
  }

  mix(a: Value, b: Value): Value {
    if (typeof a === "number" && typeof b === "number") return mix(a, b);
    return () => this.#mix(a, b);
  }

  mixed(a: Value, b: Value, c: Value): Value {
    return this.mix(this.mix(a, b), c);
  }

  sum(a: Value, b: Value): Value {
    if (typeof a === "number" && typeof b === "number") return (a + b) | 0;
    if (a === 0) return b;
    if (b === 0) return a;
    return () => {
      this.push(a);
      this.push(b).op(op.i32Add);
    };
  }

  #mix(a: Value, b: Value): void {
    const code = this.#code;
    const hash = this.#hash;
    if (typeof a === "number") code.i32(Math.imul(a ^ 0x9e3779b9, 0x85ebca6b));
    else this.push(a).i32(0x9e3779b9).op(op.i32Xor).i32(0x85ebca6b).op(op.i32Mul);
    if (typeof b === "number") code.i32(Math.imul(b + 0x7f4a7c15, 0xc2b2ae35));
    else this.push(b).i32(0x7f4a7c15).op(op.i32Add).i32(0xc2b2ae35).op(op.i32Mul);
    code.op(op.i32Xor).tee(hash).get(hash).i32(15).op(op.i32ShrU, op.i32Xor);
    code.i32(0x2c1b3c6d).op(op.i32Mul).tee(hash).get(hash).i32(13).op(op.i32ShrU, op.i32Xor);
  }
}
