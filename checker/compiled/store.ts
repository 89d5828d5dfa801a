import { cells, cellsBytes } from "./inner-loop-code.ts";
import { mostBytes, type Used } from "./memory.ts";
import { maskBytesOf, type PartFunctions, PartStore, statesKept } from "./part-store.ts";
import type { Partitions } from "./partitions.ts";
import { fullness, growth, line, placeBytes, utmostFullness } from "./table-growth.ts";

/** Bytes from an address on. */
export interface Room {
  readonly at: number;
  readonly bytes: number;
}

/** What there is behind the head in any case. */
export const leastBytes = 2 ** 16;
/** What states and a graph of them take at most, if nothing else is said. */
export const defaultBytes = 2 * mostBytes;

const firstPlaces = 2 ** 15;
/** Making room is worth it for no fewer states. */
const leastRoom = 1_000;
/** So many states are entered between signs of life. */
const filledAtOnce = 2 ** 20;

export interface StoreOptions {
  readonly words: number;
  /** What is in front of the table. */
  readonly headBytes: number;
  /** So many states may be added after the limit has been looked at. */
  readonly slack: number;
  readonly limitBytes: number;
  readonly memory: WebAssembly.Memory;
  /** Enters the states with numbers from `from` up to `to` into the table. */
  readonly fill: (from: number, to: number) => void;
  /** Of states of several words, what is done with their parts. */
  readonly parts: PartFunctions | undefined;
  /** Enters them into a table that was enlarged, from what is in it; false if it has to be filled. */
  readonly spread: (placesBefore: number, placesNow: number) => boolean;
  /** What there is for a table that has no room in the memory any more. */
  readonly division?: Division | undefined;
}

/** How a table goes on in partitions. */
export interface Division {
  readonly partitions: Partitions;
  /** Has all who explore use the partitions, or the table in the memory again. */
  readonly use: (isDivided: boolean) => void;
  /** Enters what is in the places of the table, from one up to another, into the partitions. */
  readonly enterPlaces: (from: number, to: number) => void;
}

/** The states: the words in the table once more, in the order in which they were found. */
export const wordBytes = 8;
/** The tables of parts take at most so many bytes for each place. */
const partTableBytes = 2;

/**
 * Where the states are: what is where in the memory of a search. The head is at address 0, then, of several words, the
 * tables of their parts, then the table, and, behind the largest one that there may be, the states; the parts are at
 * the end. Where there is no room for a larger table, it leaves for partitions, and the states move to where it was.
 */
export class Store {
  readonly #options: StoreOptions;
  readonly #limitBytes: number;
  readonly #head: Uint32Array;
  readonly #parts: PartStore | undefined;
  readonly #table: number;
  readonly #mostPlaces: number;
  #states: number;
  #places: number;
  #isDivided = false;
  /** Bytes of the memory that were in use when the table left it. */
  #before = 0;
  #taken = 0;

  constructor(options: StoreOptions) {
    const { words, headBytes, memory, slack } = options;
    const limitBytes = Math.min(options.limitBytes, memory.buffer.byteLength);
    const headEnd = Math.ceil(headBytes / 64) * 64;
    const ofParts = options.parts === undefined ? 0 : partTableBytes;
    const lineBytes = line * (placeBytes + ofParts + utmostFullness * wordBytes);
    const mostPlaces = line * Math.max(1, Math.floor((limitBytes - headEnd - 64) / lineBytes));
    const tableBytes =
      options.parts === undefined
        ? 0
        : maskBytesOf(words) + 128 * Math.ceil((partTableBytes * mostPlaces) / 128);
    this.#options = options;
    this.#limitBytes = limitBytes;
    this.#head = new Uint32Array(memory.buffer, 0, cellsBytes / 4);
    this.#table = headEnd + tableBytes;
    this.#states = Math.ceil((this.#table + mostPlaces * placeBytes) / 64 + 1) * 64;
    this.#mostPlaces = mostPlaces;
    this.#places = Math.min(firstPlaces, mostPlaces);
    this.#parts =
      options.parts &&
      new PartStore({
        words,
        memory,
        functions: options.parts,
        tables: headEnd,
        tableBytes,
        end: 64 * Math.floor(limitBytes / 64),
        slack,
      });
    this.#set("count", 0);
    this.#set("table", this.#table);
    this.#set("states", this.#states);
    this.#set("limit", 0);
    this.#set("places", this.#places);
  }

  /** The number of states. */
  get count(): number {
    return this.#head[cells.count / 4] as number;
  }

  /** Bytes in use. */
  get bytes(): number {
    const { partitions } = this.#options.division ?? {};
    const here = this.#bytesBut(this.#isDivided ? 0 : this.#places * placeBytes) + this.#taken;
    return this.#isDivided ? Math.max(here, this.#before) + (partitions?.bytes ?? 0) : here;
  }

  /** All that was written to, by whoever searches or makes the graph. */
  get used(): readonly Used[] {
    const { memory, slack, headBytes } = this.#options;
    if (this.#isDivided) return [[0, memory.buffer.byteLength]];
    // Successors may be written behind the states, before they count.
    const end = this.#states + (this.count + slack + 1) * wordBytes + this.#taken;
    return [
      [0, headBytes],
      [this.#table, this.#table + this.#places * placeBytes],
      [this.#states, Math.min(Math.ceil(end / 64 + 1) * 64, memory.buffer.byteLength)],
      ...(this.#parts?.used ?? []),
    ];
  }

  /** Whether the limit has not been reached. */
  get hasRoom(): boolean {
    return this.count < (this.#head[cells.limit / 4] as number);
  }

  /**
   * Makes room for the numbers of all states beside the table, and behind the states, to which none may be added from
   * then on, for something else: at least, and at most, so many bytes. Undefined if there is none.
   */
  takeForGraph(least: number, most: number): Room | undefined {
    const { partitions } = this.#options.division ?? {};
    if (this.#isDivided && partitions?.takeNumbers() !== true) return undefined;
    const numbersAt = Math.ceil((this.#states + this.count * wordBytes) / 64) * 64;
    const at = numbersAt + (this.#isDivided ? 0 : 4 * this.#places);
    const bytes = Math.min(most, 4 * Math.floor((this.#statesEnd - at) / 4));
    if (bytes < least) return undefined;
    this.#set("numbers", numbersAt);
    this.#taken = Math.max(this.#taken, at + bytes - numbersAt);
    return { at, bytes };
  }

  /** All states as an earlier search keeps them for a later one; of one word, as they stand in memory. */
  states(): Uint8Array {
    const { memory } = this.#options;
    return (
      this.#parts?.kept(this.#states, this.count) ??
      new Uint8Array(memory.buffer, this.#states, this.count * wordBytes)
    );
  }

  /** Takes states over from an earlier search; false if there is no room for them. */
  load(given: Uint8Array): boolean {
    const { memory, words } = this.#options;
    const loaded = statesKept(given, words);
    if (!this.#roomFor(loaded)) return false;
    if (this.#parts === undefined) new Uint8Array(memory.buffer).set(given, this.#states);
    else if (!this.#parts.load(given, this.#states, loaded)) return false;
    this.#set("count", loaded);
    return this.#refill() && this.#roomFor(loaded);
  }

  /** Makes room for some more states; false if the limit does not allow for it. */
  makeRoom(): boolean {
    return this.#roomFor(this.count);
  }

  #set(name: keyof typeof cells, value: number): void {
    this.#head[cells[name] / 4] = value;
  }

  /** Bytes in use, with so many of the table. */
  #bytesBut(tableBytes: number): number {
    const ofParts = this.#parts?.bytes ?? 0;
    return this.#options.headBytes + tableBytes + this.count * wordBytes + ofParts;
  }

  /** Where there is room for states up to. */
  get #statesEnd(): number {
    return this.#parts?.begin ?? this.#limitBytes;
  }

  /** Clears the table and enters all states once more; false if there is no room for them. */
  #refill(): boolean {
    const { memory, fill, division } = this.#options;
    if (this.#isDivided) return division?.partitions.refill() ?? false;
    new Uint8Array(memory.buffer, this.#table, this.#places * placeBytes).fill(0);
    const all = this.count;
    for (let from = 0; from < all; from += filledAtOnce) {
      fill(from, Math.min(from + filledAtOnce, all));
    }
    return true;
  }

  /** Makes room for more states than so many, elsewhere if need be. */
  #roomFor(already: number): boolean {
    return this.#enlarge(already) || (this.#divide(already) && this.#enlarge(already));
  }

  /** Makes room where they are. */
  #enlarge(already: number): boolean {
    const { slack, division } = this.#options;
    const needed = already + slack + leastRoom;
    const mostInTable = this.#isDivided
      ? (division?.partitions.most(already, needed) ?? 0)
      : this.#mostInTable(needed);
    // Half of what is left is for parts.
    const parts = this.#parts;
    const left = this.#statesEnd - this.#states - already * wordBytes;
    const free = left / (parts === undefined ? 1 : 2);
    const most = Math.min(mostInTable, already + Math.floor(free / wordBytes));
    if (needed > most) return false;
    // In partitions there may be no room for the same states if they have other numbers.
    const room = parts?.makeRoom(this.#states, this.count, free, !this.#isDivided);
    if (room?.isRenumbered) this.#refill();
    if (room?.isEnough === false) return false;
    this.#set("limit", most - slack);
    return true;
  }

  /** How many states there may be in the table, enlarged if need be. */
  #mostInTable(needed: number): number {
    const before = this.#places;
    while (needed > this.#places * fullness && this.#places < this.#mostPlaces) {
      this.#places = Math.min(line * Math.ceil((this.#places * growth) / line), this.#mostPlaces);
    }
    if (this.#places !== before) {
      this.#set("places", this.#places);
      if (!this.#options.spread(before, this.#places)) this.#refill();
    }
    const isLast = this.#places === this.#mostPlaces;
    return Math.floor(this.#places * (isLast ? utmostFullness : fullness));
  }

  /** Divides the table for so many states, whatever of them is there; false if there is nowhere to go. */
  #divide(states: number): boolean {
    const { memory, division } = this.#options;
    if (this.#isDivided || division?.partitions.begin(states) !== true) return false;
    const { partitions, use, enterPlaces } = division;
    use(true);
    const { count } = this;
    const isEntered = partitions.enterInTurn(0, count === 0 ? 0 : this.#places, enterPlaces);
    if (!isEntered) {
      use(false);
      return false;
    }
    this.#before = this.#bytesBut(this.#places * placeBytes);
    this.#isDivided = true;
    const end = this.#states + count * wordBytes;
    new Uint8Array(memory.buffer).copyWithin(this.#table, this.#states, end);
    this.#states = this.#table;
    this.#set("states", this.#states);
    return true;
  }
}
