/** The memory that code for canonical forms has to itself: what is where, in bytes, and which tables stand in it. */
export class Room {
  readonly #start: number;
  readonly #tables: { readonly at: number; readonly words: readonly number[] }[] = [];
  #end: number;

  /** It begins there. */
  constructor(at: number) {
    this.#start = Math.ceil(at / 8) * 8;
    this.#end = this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** The address of so many bytes. */
  take(bytes: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes) / 8) * 8;
    return at;
  }

  /** The address of a table of 32-bit numbers, so many bytes from one to the next. */
  table(values: Iterable<number>, stride = 4): number {
    const words = [...values].flatMap((value) => [
      value,
      ...new Array<number>(stride / 4 - 1).fill(0),
    ]);
    const at = this.take(4 * words.length);
    this.#tables.push({ at, words });
    return at;
  }

  /** Clears it, whatever was there before, and writes the tables. */
  furnish(memory: Uint32Array): void {
    memory.fill(0, this.#start >>> 2, this.#end >>> 2);
    for (const { at, words } of this.#tables) memory.set(words, at >>> 2);
  }
}
