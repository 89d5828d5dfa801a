/** A set of slots of a state, a bit each. */
export class SlotSet {
  readonly #words: Uint32Array;

  /** Empty, of so many slots. */
  constructor(slots: number) {
    this.#words = new Uint32Array(Math.ceil(slots / 32));
  }

  /** Whether it was not there before. */
  add(slot: number): boolean {
    const before = this.#words[slot >>> 5] as number;
    this.#words[slot >>> 5] = before | (1 << (slot & 31));
    return this.#words[slot >>> 5] !== before;
  }

  /** Whether there is a slot in both. */
  meets(other: SlotSet): boolean {
    for (let word = 0; word < this.#words.length; word++) {
      if (((this.#words[word] as number) & (other.#words[word] as number)) !== 0) return true;
    }
    return false;
  }

  /** In ascending order. */
  get slots(): readonly number[] {
    return Array.from({ length: 32 * this.#words.length }, (_, slot) => slot).filter(
      (slot) => (((this.#words[slot >>> 5] as number) >>> (slot & 31)) & 1) === 1,
    );
  }

  /** The same for equal sets. */
  get key(): string {
    return this.#words.join();
  }
}
