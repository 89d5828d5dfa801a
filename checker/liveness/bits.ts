/** A set of states. */
export class Bits {
  readonly size: number;
  readonly #words: Uint32Array;

  /** The empty set of states with numbers below `size`. */
  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  /** The states with numbers below `size` of which `holds` is true. */
  static where(size: number, holds: (state: number) => boolean): Bits {
    const bits = new Bits(size);
    for (let state = 0; state < size; state++) if (holds(state)) bits.add(state);
    return bits;
  }

  /** The first state of `among` that is in one of two sets and not in the other. */
  firstDifference(other: Bits, among: Bits): number | undefined {
    for (const [position, word] of this.#words.entries()) {
      const rest = (word ^ (other.#words[position] as number)) & (among.#words[position] as number);
      if (rest !== 0) return 32 * position + 31 - Math.clz32(rest & -rest);
    }
    return undefined;
  }

  /** How many there are. */
  get count(): number {
    let count = 0;
    for (const word of this.#words) {
      for (let rest = word; rest !== 0; rest &= rest - 1) count++;
    }
    return count;
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  has(state: number): boolean {
    return (((this.#words[state >>> 5] as number) >>> (state & 31)) & 1) === 1;
  }

  add(state: number): void {
    (this.#words[state >>> 5] as number) |= 1 << (state & 31);
  }
}
