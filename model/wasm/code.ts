/**
 * The instructions of WebAssembly, as far as the engine needs them: over 32-bit and 64-bit whole numbers, one
 * memory, one table of functions. Opcodes are those of the WebAssembly core specification 2.0, chapter 5; atomic
 * accesses those of the threads proposal.
 */
import { Bytes, sized, unsigned } from "./bytes.ts";

export const i32 = 0x7f;
export const i64 = 0x7e;
export const v128 = 0x7b;
type ValueType = typeof i32 | typeof i64 | typeof v128;

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Opcodes without immediate operands. */
export const op = {
  unreachable: 0x00,
  end: 0x0b,
  else: 0x05,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i32LeU: 0x4d,
  i32GeU: 0x4f,
  i32TrailingZeros: 0x68,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64GtU: 0x56,
  i64LeU: 0x58,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32DivU: 0x6e,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
} as const;

/** Loads and stores, with log2 of their width in bytes. */
const access = {
  i32Load: [0x28, 2],
  i64Load: [0x29, 3],
  i32Store: [0x36, 2],
  i32Store8: [0x3a, 0],
  i64Store: [0x37, 3],
} as const;

const atomicAccess = {
  i32AtomicLoad: [0x10, 2],
  i32AtomicStore: [0x17, 2],
  i32AtomicAdd: [0x1e, 2],
  i32AtomicCompareExchange: [0x48, 2],
  i64AtomicCompareExchange: [0x49, 3],
} as const;

/** A block that code can leave by a branch. */
export interface Label {
  readonly depth: number;
}

/** Operations on vectors of two 64-bit numbers. */
const vector = {
  load: 0x00,
  store: 0x0b,
  splat: 0x12,
  xor: 0x51,
  or: 0x50,
  /** Of three: the bits of the first where the third has ones, of the second where it has none. */
  bitSelect: 0x52,
  anyTrue: 0x53,
  /** The topmost bit of each number. */
  bits: 0xc4,
  equal: 0xd6,
} as const;

const noResult = 0x40;

/** The code of one function under construction. Operands go onto the stack first, as in the machine. */
export class Code {
  readonly bytes = new Bytes();
  readonly #opening = new Bytes();
  #written = this.bytes;
  readonly #parameters: number;
  readonly #locals: ValueType[] = [];
  #depth = 0;

  constructor(signature: Signature) {
    this.#parameters = signature.parameters.length;
  }

  /** A new local variable; its number. */
  local(type: ValueType): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  /** Code that goes before all that is written otherwise. */
  opening(write: () => void): void {
    this.#written = this.#opening;
    write();
    this.#written = this.bytes;
  }

  op(...codes: readonly number[]): this {
    this.#written.push(...codes);
    return this;
  }

  get(local: number): this {
    this.#written.push(0x20);
    return this.#unsigned(local);
  }

  set(local: number): this {
    this.#written.push(0x21);
    return this.#unsigned(local);
  }

  tee(local: number): this {
    this.#written.push(0x22);
    return this.#unsigned(local);
  }

  i32(value: number): this {
    this.#written.push(0x41);
    return this.#signed(BigInt(value | 0));
  }

  i64(value: bigint): this {
    this.#written.push(0x42);
    return this.#signed(BigInt.asIntN(64, value));
  }

  memory(how: keyof typeof access, offset = 0): this {
    const [code, align] = access[how];
    this.#written.push(code, align);
    return this.#unsigned(offset);
  }

  atomic(how: keyof typeof atomicAccess, offset = 0): this {
    const [code, align] = atomicAccess[how];
    this.#written.push(0xfe, code, align);
    return this.#unsigned(offset);
  }

  /** An operation on vectors; `load` and `store` have an offset, and are told whether they are aligned. */
  vector(how: keyof typeof vector, offset = 0, isAligned = true): this {
    this.#written.push(0xfd);
    this.#unsigned(vector[how]);
    if (how !== "load" && how !== "store") return this;
    this.#written.push(isAligned ? 4 : 3);
    return this.#unsigned(offset);
  }

  fillMemory(): this {
    return this.op(0xfc, 11, 0);
  }

  call(callee: number): this {
    this.#written.push(0x10);
    return this.#unsigned(callee);
  }

  /** Calls the function of the table whose number is on the stack. */
  callIndirect(type: number): this {
    this.#written.push(0x11);
    this.#unsigned(type);
    return this.#unsigned(0);
  }

  /** Code that may be left, forward, by a branch to its label. */
  block(inside: (after: Label) => void): this {
    return this.#nested(0x02, inside);
  }

  /** The beginning of a block whose end comes with `close`, for blocks in blocks by the thousand. */
  open(): Label {
    this.#written.push(0x02, noResult);
    this.#depth++;
    return { depth: this.#depth };
  }

  close(): this {
    this.#depth--;
    return this.op(op.end);
  }

  /** Code that is run again by a branch to its label. */
  loop(inside: (again: Label) => void): this {
    return this.#nested(0x03, inside);
  }

  /** Takes the condition from the stack. */
  if(then: (after: Label) => void): this {
    return this.#nested(0x04, then);
  }

  branch(to: Label): this {
    this.#written.push(0x0c);
    return this.#unsigned(this.#depth - to.depth);
  }

  branchIf(to: Label): this {
    this.#written.push(0x0d);
    return this.#unsigned(this.#depth - to.depth);
  }

  /** To the label that the number on the stack says, or to the last one. */
  branchTable(to: readonly Label[], otherwise: Label): this {
    this.#written.push(0x0e);
    this.#unsigned(to.length);
    for (const label of to) this.#unsigned(this.#depth - label.depth);
    return this.#unsigned(this.#depth - otherwise.depth);
  }

  /** The function body as it stands in a module. */
  body(): Uint8Array {
    const locals = this.#locals.flatMap((type) => [1, type]);
    const opening = this.#opening.all();
    return sized([
      [...unsigned(this.#locals.length), ...locals],
      opening,
      this.bytes.all(),
      [op.end],
    ]);
  }

  #nested(code: number, inside: (label: Label) => void): this {
    this.#written.push(code, noResult);
    this.#depth++;
    inside({ depth: this.#depth });
    this.#depth--;
    this.#written.push(op.end);
    return this;
  }

  #unsigned(value: number): this {
    let rest = value;
    while (rest > 127) {
      this.#written.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#written.push(rest);
    return this;
  }

  #signed(value: bigint): this {
    let rest = value;
    for (;;) {
      const low = Number(rest & 127n);
      rest >>= 7n;
      const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
      this.#written.push(isLast ? low : low | 128);
      if (isLast) return this;
    }
  }
}
