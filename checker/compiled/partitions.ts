import { cells } from "./inner-loop-code.ts";
import { clearMemory, NoMemory, pageBytes } from "./memory.ts";
import { ownPartOf, partitionTableAt } from "./partition-code.ts";
import { fullness, growth, line, placeBytes, utmostFullness } from "./table-growth.ts";

/** How many partitions there are, and the bytes of each. */
export interface PartitionSizes {
  readonly count: number;
  readonly bytes: number;
}

export interface PartitionsOptions extends PartitionSizes {
  readonly workers: number;
  readonly isShared: boolean;
  /** Spreads the table of a partition that was enlarged; false if it has to be filled anew. */
  readonly spread: (partition: number, placesBefore: number, placesNow: number) => boolean;
  /** How many states there are. */
  readonly states: () => number;
  /** Enters those with numbers from `from` up to `to`. */
  readonly fill: (from: number, to: number) => void;
}

const numberBytes = 4;
/** Less is not worth a memory. */
const leastBytes = 2 ** 16;
/** So many are entered between signs of life. */
const enteredAtOnce = 2 ** 20;
/** How full tables are when a search comes to them. */
const fullnessAtFirst = 0.6;

/**
 * The tables of a search that are in memories of their own; see `partition-code.ts`. All have the same places, and grow
 * together. How many states each has is known, so none is ever asked to take more than it can, whatever the hash makes
 * of the states.
 */
export class Partitions {
  readonly #options: PartitionsOptions;
  readonly #mostPlaces: number;
  #memories: readonly WebAssembly.Memory[] | undefined;
  #isRefused = false;
  #places = 0;
  #hasNumbers = false;

  constructor(options: PartitionsOptions) {
    this.#options = options;
    const free = options.bytes - partitionTableAt(options.workers);
    this.#mostPlaces = line * Math.floor(free / placeBytes / line);
  }

  /** The memories, there from when they are asked for first; none where the system refuses them. */
  get memories(): readonly WebAssembly.Memory[] {
    const { count, bytes, isShared } = this.#options;
    if (this.#isRefused) return [];
    try {
      this.#memories ??= Array.from({ length: count }, () => clearMemory(bytes, bytes, isShared));
      return this.#memories;
    } catch (error) {
      if (!(error instanceof NoMemory)) throw error;
      this.#isRefused = true;
      return [];
    }
  }

  /** Bytes in use. */
  get bytes(): number {
    const { count, workers } = this.#options;
    const ofPlace = placeBytes + (this.#hasNumbers ? numberBytes : 0);
    return count * (partitionTableAt(workers) + this.#places * ofPlace);
  }

  /** The places of all tables together. */
  get places(): number {
    return this.#options.count * this.#places;
  }

  /** Begins with empty tables for so many states and some more; false if there is no room. */
  begin(states: number): boolean {
    const { count, workers } = this.#options;
    if (states > count * this.#mostPlaces * utmostFullness || this.memories.length === 0) {
      return false;
    }
    const wanted = line * Math.ceil(states / fullnessAtFirst / count / line);
    this.#places = Math.min(Math.max(wanted, line), this.#mostPlaces);
    for (const memory of this.memories) {
      this.#set(memory, "table", partitionTableAt(workers));
      this.#set(memory, "places", this.#places);
    }
    return true;
  }

  /**
   * Enters what has numbers from `from` up to `to` by a function that enters one for each number at most; false if there is
   * no room.
   */
  enterInTurn(from: number, to: number, enter: (from: number, to: number) => void): boolean {
    for (let at = from; at < to; ) {
      const room = this.#room();
      if (room === 0) {
        if (!this.#grow()) return false;
        continue;
      }
      const end = Math.min(to, at + room, at + enteredAtOnce);
      enter(at, end);
      at = end;
    }
    return true;
  }

  /** How many states there may be if there are so many and room is needed for a number of them, as far as there is room. */
  most(already: number, needed: number): number {
    while (already + this.#room() < needed && this.#grow());
    return already + this.#room();
  }

  /** Makes room for the number of each state behind its table; false if there is none. */
  takeNumbers(): boolean {
    const at = partitionTableAt(this.#options.workers) + this.#places * placeBytes;
    if (at + this.#places * numberBytes > this.#options.bytes) return false;
    for (const memory of this.memories) this.#set(memory, "numbers", at);
    this.#hasNumbers = true;
    return true;
  }

  /** So many may be entered in any case, even if they all belong to the partition that is fullest. */
  #room(): number {
    const isLast = this.#places === this.#mostPlaces;
    const most = Math.floor(this.#places * (isLast ? utmostFullness : fullness));
    return Math.max(0, most - Math.max(...this.memories.map((memory) => this.#counted(memory))));
  }

  /** How many states a partition has. */
  #counted(memory: WebAssembly.Memory): number {
    const cells = new Uint32Array(memory.buffer, 0, partitionTableAt(this.#options.workers) / 4);
    let sum = 0;
    for (let worker = 0; worker < this.#options.workers; worker++) {
      sum += cells[ownPartOf(worker).counted / 4] as number;
    }
    return sum;
  }

  /** Enlarges all tables; false if they cannot be larger. */
  #grow(): boolean {
    const before = this.#places;
    if (before === this.#mostPlaces) return false;
    this.#places = Math.min(line * Math.ceil((before * growth) / line), this.#mostPlaces);
    let isSpread = true;
    for (const [partition, memory] of this.memories.entries()) {
      this.#set(memory, "places", this.#places);
      isSpread = this.#options.spread(partition, before, this.#places) && isSpread;
    }
    return isSpread || this.refill();
  }

  /** Clears the tables and enters all states once more; false if there is no room for them. */
  refill(): boolean {
    const { workers, states, fill } = this.#options;
    const tableAt = partitionTableAt(workers);
    for (const memory of this.memories) {
      new Uint8Array(memory.buffer, tableAt, this.#places * placeBytes).fill(0);
      const cells = new Uint32Array(memory.buffer, 0, tableAt / 4);
      for (let worker = 0; worker < workers; worker++) cells[ownPartOf(worker).counted / 4] = 0;
    }
    return this.enterInTurn(0, states(), fill);
  }

  #set(memory: WebAssembly.Memory, name: keyof typeof cells, value: number): void {
    new Uint32Array(memory.buffer, 0, 16)[cells[name] / 4] = value;
  }
}

/** Partitions for so many states, in so many bytes, of which each memory takes some; undefined if it is not worth it. */
export function partitionSizes(
  bytes: number,
  mostEach: number,
  mostStates: number,
): PartitionSizes | undefined {
  const wanted = Math.min(bytes, (mostStates * placeBytes) / fullness);
  const count = Math.ceil(wanted / mostEach);
  const each = pageBytes * Math.floor(Math.min(mostEach, bytes / count) / pageBytes);
  return each >= leastBytes ? { count, bytes: each } : undefined;
}
