import { Interrupted } from "../limits.ts";

/** A list of numbers of a fixed size. */
export type Numbers = Uint16Array | Uint32Array | Float64Array;

interface KindOf<List> {
  new (length: number): List;
  readonly BYTES_PER_ELEMENT: number;
}

/** So many steps are looked at between two looks at the limits: no more than a few milliseconds. */
const stepsBetweenLooks = 2 ** 15;

/**
 * What work on a graph may take. Time it accounts for by the steps that it looks at, memory by its lists; where a
 * limit is met, it ends with `Interrupted`.
 */
export class Budget {
  #bytes: number;
  #steps = stepsBetweenLooks;
  readonly #look: () => void;

  /** So many bytes; `look` is called now and then, and throws `Interrupted` where the work has to end. */
  constructor(bytes: number, look: () => void) {
    this.#bytes = bytes;
    this.#look = look;
  }

  /** To be told of steps looked at, or of what takes as long. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) this.look();
  }

  /** Looks at the limits at once: before what may take long by itself. */
  look(): void {
    this.#steps = stepsBetweenLooks;
    this.#look();
  }

  /** A list of zeros, which counts as memory until the scope ends. */
  list<List extends Numbers>(kind: KindOf<List>, length: number): List {
    this.#bytes -= length * kind.BYTES_PER_ELEMENT;
    if (this.#bytes < 0) throw new Interrupted("memory limit");
    try {
      return new kind(length);
    } catch (error) {
      // The system has not so much, or a list cannot be so long.
      if (error instanceof RangeError) throw new Interrupted("memory limit");
      throw error;
    }
  }

  /** A longer list with the numbers of another, which counts no more. */
  longer<List extends Numbers>(list: List, length: number): List {
    const longer = this.list(list.constructor as KindOf<List>, length);
    longer.set(list);
    this.#bytes += list.byteLength;
    return longer;
  }

  /** Does something; of the memory that it took, none counts after it. */
  scope<Result>(go: () => Result): Result {
    const bytes = this.#bytes;
    const result = go();
    this.#bytes = bytes;
    return result;
  }
}

/** As much of everything as there is. */
export const unlimited = new Budget(Infinity, () => {});
