import { mix } from "../../model/index.ts";
import { CheckpointError } from "../checkpoint.ts";
import { cells, sideCells, sides } from "./inner-loop-code.ts";
import type { Used } from "./memory.ts";

/*
 * Where the parts of states of several words are; see `parts.ts`. From the end of the memory on there is room for first
 * parts, and behind that, downwards, come the second ones, which are moved when more room is needed for the first; so they
 * and the states meet where there is room for neither.
 */

/** What an explorer does with parts. */
export interface PartFunctions {
  /** Room for the words of a state. */
  readonly scratch: number;
  /** The word that stands for the state there; parts that are new are added. */
  number(): bigint;
  /** Enters the parts with numbers from `from` up to `to` into the table of a side, which is clear. */
  refill(side: number, from: number, to: number): void;
}

export interface PartStoreOptions {
  readonly words: number;
  readonly memory: WebAssembly.Memory;
  readonly functions: PartFunctions;
  /** Where the tables begin, behind which there is nothing of theirs but what `tableBytes` says. */
  readonly tables: number;
  readonly tableBytes: number;
  /** Where the memory ends for parts and states. */
  readonly end: number;
  /** So many parts may be added after the limit has been looked at. */
  readonly slack: number;
}

/** Whether there is room for more parts, and whether the numbers of those that there are have changed. */
export interface Room {
  readonly isEnough: boolean;
  readonly isRenumbered: boolean;
}

const firstPlaces = 2 ** 12;
/**
 * How full a table becomes before it grows: of a small one little, so that nearly all numbers are in the first place
 * that is looked at; or at most, if it must not grow any more.
 */
const fullnessOf = (places: number): number => (places < largePlaces ? 0.25 : 0.75);
const largePlaces = 2 ** 21;
const utmostFullness = 0.9;
/** Making room is worth it for no fewer parts; of first ones, room is made for so many if there is enough. */
const leastRoom = 64;
const firstRoom = 2 ** 12;
/** Of more states it is not looked any more where they should be divided. */
const mostRenumbered = 2 ** 20;
/** So many are looked at for that, or up to twice as many with whole strides between them, and so many ways to divide them. */
const sampled = 2 ** 12;
const mostDivisions = 16;
/** Numbers are changed where there is no more than this left of the parts of the side that has most. */
const worthIt = 0.8;

const placeBytes = 4;
const leadBytes = 16;

export class PartStore {
  readonly #options: PartStoreOptions;
  readonly #cells: Uint32Array;
  readonly #stateBytes: number;
  readonly #mostPlaces: number;
  /** Where the parts end: a state that was looked at in their place would be in memory. */
  readonly #last: number;
  /** Where they end while they are numbered anew. */
  #end: number;
  /** For so many first parts there is room. */
  #room = leastRoom;
  /** The lowest address at which there ever was a part. */
  #lowest: number;
  /** The words of the first part. */
  #first = 0;

  constructor(options: PartStoreOptions) {
    const { words, memory, tables, tableBytes, end } = options;
    this.#options = options;
    this.#cells = new Uint32Array(memory.buffer);
    this.#stateBytes = 8 * words;
    this.#mostPlaces = Math.floor((tableBytes - maskBytesOf(words)) / 2 / placeBytes);
    this.#last = end - maskBytesOf(words);
    this.#end = this.#last;
    this.#lowest = end;
    this.#cells[cells.masks / 4] = tables;
    for (const [position, { base }] of sides.entries()) {
      this.#set(
        base,
        "table",
        tables + maskBytesOf(words) + position * placeBytes * this.#mostPlaces,
      );
      this.#setPlaces(base, Math.min(firstPlaces, this.#mostPlaces));
    }
    this.#divide(Math.ceil(words / 2));
  }

  /** Where the parts begin. */
  get begin(): number {
    const [first, second] = this.#bytes();
    return this.#end - this.#room * first - this.#get(sides[1].base, "count") * second;
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#bytes().reduce((sum, bytes, position) => {
      const { base } = sides[position] as (typeof sides)[number];
      return sum + this.#get(base, "count") * bytes + this.#get(base, "places") * placeBytes;
    }, 0);
  }

  get used(): readonly Used[] {
    const { tables, words, end } = this.#options;
    const used = sides.map(({ base }): Used => {
      const table = this.#get(base, "table");
      return [table, table + this.#get(base, "places") * placeBytes];
    });
    return [
      [tables, tables + maskBytesOf(words)],
      ...used,
      [Math.min(this.#lowest, this.begin), end],
    ];
  }

  /**
   * Makes room for some more parts of the states whose numbers stand at an address; they may take so many bytes more, and
   * may be numbered anew where that is said.
   */
  makeRoom(states: number, count: number, bytes: number, mayRenumber: boolean): Room {
    const { slack } = this.#options;
    let isRenumbered = false;
    const roomIf = (isEnough: boolean): Room => ({ isEnough, isRenumbered });
    for (const { base } of sides) {
      if (this.#get(base, "count") + slack + leastRoom <= this.#most(base)) continue;
      if (mayRenumber && !isRenumbered) isRenumbered = this.#renumber(states, count, bytes);
      this.#grow(base);
    }
    const [first, second] = this.#bytes();
    const [one, other] = sides.map(({ base }) => this.#get(base, "count")) as [number, number];
    const needed = slack + leastRoom;
    if (one + needed > this.#room) {
      const wanted = Math.min(Math.max(this.#room / 2, firstRoom), bytes / 8 / first);
      const more = Math.max(wanted, one + needed - this.#room);
      if (more * first > bytes / 2) return roomIf(false);
      this.#makeRoomForFirst(Math.ceil(this.#room + more));
    }
    // Of what is left, second parts may take half.
    const mostOfSecond = other + Math.floor(bytes / 2 / second);
    const most = [this.#room, mostOfSecond];
    for (const [position, { base }] of sides.entries()) {
      const its = Math.min(this.#most(base), most[position] as number);
      if (this.#get(base, "count") + needed > its) return roomIf(false);
      this.#set(base, "limit", its - slack);
    }
    return roomIf(true);
  }

  /** All parts, with the numbers of the states that stand at an address: see `load`. */
  kept(states: number, count: number): Uint8Array {
    const { memory } = this.#options;
    const pieces = [[states, 8 * count], ...this.#stretches()] as const;
    const kept = new Uint8Array(pieces.reduce((sum, [, bytes]) => sum + bytes, leadBytes));
    const counts = sides.map(({ base }) => this.#get(base, "count"));
    new Uint32Array(kept.buffer, 0, 3).set([this.#first, ...counts]);
    let to = leadBytes;
    for (const [at, bytes] of pieces) {
      kept.set(new Uint8Array(memory.buffer, at, bytes), to);
      to += bytes;
    }
    return kept;
  }

  /**
   * Takes over what was kept; the numbers of the states go to an address. False if there is no room. Throws
   * `CheckpointError` where a state has parts that there are not.
   */
  load(kept: Uint8Array, states: number, count: number): boolean {
    const { memory } = this.#options;
    const { first, counts } = leadOf(kept);
    this.#divide(first);
    this.#room = (counts[0] as number) + leastRoom;
    for (const [position, { base }] of sides.entries()) {
      this.#set(base, "count", counts[position] as number);
      if ((counts[position] as number) > utmostFullness * this.#mostPlaces) return false;
    }
    this.#place();
    if (this.begin < states + 8 * count) return false;
    let from = leadBytes;
    for (const [at, bytes] of [[states, 8 * count], ...this.#stretches()] as const) {
      new Uint8Array(memory.buffer).set(kept.subarray(from, from + bytes), at);
      from += bytes;
    }
    for (const [position, { base, offset }] of sides.entries()) {
      const parts = counts[position] as number;
      for (let state = 0; state < count; state++) {
        if ((this.#cells[(states + 8 * state + offset) >>> 2] as number) < parts) continue;
        throw new CheckpointError("its states and their parts do not fit each other");
      }
      this.#grow(base);
    }
    return true;
  }

  /** The bytes of the parts of either side. */
  #bytes(): readonly [number, number] {
    return [8 * this.#first, this.#stateBytes - 8 * this.#first];
  }

  /** Where the parts of either side are, and how many bytes. */
  #stretches(): readonly (readonly [at: number, bytes: number])[] {
    const [first] = this.#bytes();
    const ends = [this.#end, this.#end - this.#room * first];
    return sides.map(({ base }, position) => {
      const bytes = this.#get(base, "count") * (this.#bytes()[position] as number);
      return [(ends[position] as number) - bytes, bytes] as const;
    });
  }

  /** Moves the second parts so that there is room for so many first ones. */
  #makeRoomForFirst(parts: number): void {
    const [, [at, bytes]] = this.#stretches() as [unknown, readonly [number, number]];
    this.#room = parts;
    this.#place();
    const [, [to]] = this.#stretches() as [unknown, readonly [number, number]];
    this.#cells.copyWithin(to >>> 2, at >>> 2, (at + bytes) >>> 2);
  }

  /** Tells where parts are. */
  #place(): void {
    const [first, second] = this.#bytes();
    this.#lowest = Math.min(this.#lowest, this.begin);
    const ends = [this.#end - first, this.#end - this.#room * first - second - first];
    for (const [position, { base }] of sides.entries()) {
      this.#set(base, "slots", ends[position] as number);
      this.#set(base, "bytes", this.#bytes()[position] as number);
    }
  }

  #get(base: number, name: keyof typeof sideCells): number {
    return this.#cells[(base + sideCells[name]) / 4] as number;
  }

  #set(base: number, name: keyof typeof sideCells, value: number): void {
    this.#cells[(base + sideCells[name]) / 4] = value;
  }

  /** So many parts of a side fit into its table. */
  #most(base: number): number {
    const places = this.#get(base, "places");
    return Math.floor(places * (places === this.#mostPlaces ? utmostFullness : fullnessOf(places)));
  }

  /** Begins with no parts, the first of which have so many words. */
  #divide(words: number): void {
    this.#first = words;
    const masks = this.#options.tables / 4;
    this.#cells.fill(0xffffffff, masks, masks + 2 * words);
    this.#cells.fill(0, masks + 2 * words, masks + 2 * this.#options.words);
    for (const { base } of sides) this.#set(base, "count", 0);
    this.#place();
  }

  #setPlaces(base: number, places: number): void {
    this.#set(base, "places", places);
    this.#set(base, "bits", Math.ceil(Math.log2(places + 1)));
  }

  /** Enlarges the table of a side, as far as is necessary and possible. */
  #grow(base: number): void {
    const { slack, functions, memory } = this.#options;
    const count = this.#get(base, "count");
    let places = this.#get(base, "places");
    while (count + slack + leastRoom > places * fullnessOf(places) && places < this.#mostPlaces) {
      places = Math.min(2 * places, this.#mostPlaces);
    }
    this.#setPlaces(base, places);
    new Uint8Array(memory.buffer, this.#get(base, "table"), places * placeBytes).fill(0);
    functions.refill(
      sides.findIndex((its) => its.base === base),
      0,
      count,
    );
  }

  /** Divides states elsewhere if there are fewer parts then; whether that was done. */
  #renumber(states: number, count: number, bytes: number): boolean {
    if (count > Math.min(mostRenumbered, utmostFullness * this.#mostPlaces)) return false;
    if (2 * count * this.#stateBytes > bytes) return false;
    const now = this.#first;
    const best = this.#bestDivision(states, count, now);
    if (best === now) return false;
    const memory = this.#cells;
    const words = new BigUint64Array(memory.buffer);
    const slots = sides.map(({ base }) => this.#get(base, "slots"));
    const partBytes = this.#bytes();
    // The new parts go behind the old ones.
    this.#end = this.begin;
    this.#room = count + leastRoom;
    this.#divide(best);
    for (const { base } of sides) this.#grow(base);
    for (let state = 0; state < count; state++) {
      const at = (states + 8 * state) >>> 2;
      this.#read(at, now, slots, partBytes);
      words[at >>> 1] = this.#options.functions.number();
      for (const { base } of sides) {
        if (this.#get(base, "count") >= this.#most(base)) this.#grow(base);
      }
    }
    const before = this.#stretches();
    // What was numbered first is told before it moves up.
    this.#lowest = Math.min(this.#lowest, this.begin);
    this.#end = this.#last;
    this.#room = this.#get(sides[0].base, "count") + leastRoom;
    this.#place();
    for (const [position, [to, length]] of this.#stretches().entries()) {
      const [from] = before[position] as readonly [number, number];
      memory.copyWithin(to >>> 2, from >>> 2, (from + length) >>> 2);
    }
    return true;
  }

  /** Writes the words of the state whose numbers stand at an index to the scratch, by where its parts are. */
  #read(at: number, first: number, slots: readonly number[], bytes: readonly number[]): void {
    const memory = this.#cells;
    const to = this.#options.functions.scratch >>> 2;
    const [one = 0, other = 0] = sides.map(
      ({ offset }, position) =>
        ((slots[position] as number) -
          (memory[at + offset / 4] as number) * (bytes[position] as number)) >>>
        2,
    );
    const all = this.#stateBytes / 4;
    for (let half = 0; half < all; half++) {
      memory[to + half] = memory[(half < 2 * first ? one : other) + half] as number;
    }
  }

  /** After how many words to divide states, so that the side with most parts has fewest, or as they are divided now. */
  #bestDivision(states: number, count: number, now: number): number {
    const { words, functions } = this.#options;
    const slots = sides.map(({ base }) => this.#get(base, "slots"));
    const step = Math.max(1, Math.ceil((words - 1) / mostDivisions));
    const ways = [...new Set([now, ...range(1, words, step)])];
    const seen = ways.map(() => [new Distinct(), new Distinct()] as const);
    const stride = Math.max(1, Math.floor(count / sampled));
    const scratch = functions.scratch >>> 2;
    const prefixes = new Int32Array(words + 1);
    const suffixes = new Int32Array(words + 1);
    const halves = this.#cells;
    for (let state = 0; state < count; state += stride) {
      this.#read((states + 8 * state) >>> 2, now, slots, this.#bytes());
      for (let word = 0; word < words; word++) {
        prefixes[word + 1] = added(prefixes[word] as number, halves, scratch + 2 * word);
        const last = words - 1 - word;
        suffixes[last] = added(suffixes[last + 1] as number, halves, scratch + 2 * last);
      }
      for (const [position, way] of ways.entries()) {
        const [first, second] = seen[position] as (typeof seen)[number];
        first.add(prefixes[way] as number);
        second.add(suffixes[way] as number);
      }
    }
    const sizes = seen.map(([first, second]) => Math.max(first.size, second.size));
    const least = Math.min(...sizes);
    return least <= worthIt * (sizes[0] as number) ? (ways[sizes.indexOf(least)] as number) : now;
  }
}

/** How many states were kept; what is not whole was not kept so. */
export function statesKept(kept: Uint8Array, words: number): number {
  if (words === 1) return kept.length / 8;
  if (kept.length < leadBytes) return Number.NaN;
  const { first, counts } = leadOf(kept);
  const [one = 0, other = 0] = counts;
  const isDivided = first > 0 && first < words;
  const ofParts = 8 * (one * first + other * (words - first));
  return isDivided ? (kept.length - leadBytes - ofParts) / 8 : Number.NaN;
}

/** What stands first: the words of the first part of a state, and how many parts there are of either side. */
function leadOf(kept: Uint8Array): { readonly first: number; readonly counts: readonly number[] } {
  const [first = 0, ...counts] = new Uint32Array(kept.slice(0, 12).buffer);
  return { first, counts };
}

/** What the masks of the words take, in lines of the cache. */
export const maskBytesOf = (words: number): number => 64 * Math.ceil(words / 8);

const range = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, position) => from + position * step);

/** A sum of a list of words, with the word at an index added. */
const added = (sum: number, halves: Uint32Array, at: number): number =>
  mix(mix(sum, halves[at] as number), halves[at + 1] as number);

/** How many of some sums differ, those of what is sampled. */
class Distinct {
  /** How many there are. */
  size = 0;
  /** Where a sum stands, or the next free place; a free one has 0, as a sum would of which nothing is said. */
  readonly #places = new Int32Array(4 * sampled);

  add(sum: number): void {
    const its = sum === 0 ? 1 : sum;
    const places = this.#places;
    let at = its & (places.length - 1);
    while (places[at] !== 0) {
      if (places[at] === its) return;
      at = (at + 1) & (places.length - 1);
    }
    places[at] = its;
    this.size++;
  }
}
