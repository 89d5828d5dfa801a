import { cells, cellsBytes } from "./inner-loop-code.ts";
import { mostBytes, type Used } from "./memory.ts";
import { maskBytesOf, type PartFunctions, PartStore, statesKept } from "./part-store.ts";

/** Where the states are: what is where in the memory of a search. */
export interface Store {
  /** The number of states. */
  readonly count: number;
  /** Bytes in use. */
  readonly bytes: number;
  /** The places of the table. */
  readonly places: number;
  /** All that was written to, by whoever searches or makes the graph. */
  readonly used: readonly Used[];
  /** The address of so many bytes behind the states, to which none may be added from then on; undefined if there is no room. */
  take(bytes: number): number | undefined;
  /** Whether the limit has not been reached. */
  readonly hasRoom: boolean;
  /** All states as an earlier search keeps them for a later one; of one word, as they stand in memory. */
  states(): Uint8Array;
  /** Takes states over from an earlier search; false if there is no room for them. */
  load(states: Uint8Array): boolean;
  /** Makes room for some more states; false if the limit does not allow for it. */
  makeRoom(): boolean;
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
/** How full the table becomes before it grows, or at most, if it must not grow any more. */
const fullness = 0.75;
const utmostFullness = 0.9;

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
}

/** States are placed by lines of the cache of so many places. */
export const line = 8;

/** What is in the places from `from` up to `to` belongs among those from `first` up to `end`, but for a few. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly end: number;
}

/** So few places are not worth dividing. */
const leastShared = 2 ** 16;

/**
 * The stretches in which a table is spread over a larger one, from the last to the first: those of one round
 * can be moved at the same time.
 */
export function roundsOfStretches(
  before: number,
  now: number,
  workers: number,
): readonly Stretch[][] {
  const rounds: Stretch[][] = [];
  const stretchOf = (from: number, to: number): Stretch => ({
    from,
    to,
    first: line * Math.ceil((from * now) / before / line),
    end: line * Math.floor((to * now) / before / line),
  });
  let to = before;
  while (workers > 1 && to > leastShared) {
    // So that all goes behind what is still to be moved.
    const from = line * Math.ceil((to * before) / now / line);
    const step = line * Math.ceil((to - from) / workers / line);
    const round: Stretch[] = [];
    for (let at = from; at < to; at += step) round.push(stretchOf(at, Math.min(at + step, to)));
    rounds.push(round);
    to = from;
  }
  return [...rounds, [stretchOf(0, to)]];
}

/** A place has the word that stands for a state. */
const placeBytes = 8;
/** The states: these words once more, in the order in which they were found. */
const wordBytes = 8;
/** The tables of parts take at most so many bytes for each place. */
const partTableBytes = 2;
const growth = 1.5;

/**
 * An empty store. The head is at address 0, then the table, then, behind the largest table that there may
 * be, the states; of several words, the tables of their parts before them, and the parts at the end.
 */
export function newStore(options: StoreOptions): Store {
  const { words, headBytes, memory, slack } = options;
  const limitBytes = Math.min(options.limitBytes, memory.buffer.byteLength);
  const table = Math.ceil(headBytes / 64) * 64;
  const ofParts = options.parts === undefined ? 0 : partTableBytes;
  const lineBytes = line * (placeBytes + ofParts + utmostFullness * wordBytes);
  const mostPlaces = line * Math.max(1, Math.floor((limitBytes - table - 64) / lineBytes));
  const partTables = Math.ceil((table + mostPlaces * placeBytes) / 64 + 1) * 64;
  const tableBytes =
    options.parts === undefined
      ? 0
      : maskBytesOf(words) + 128 * Math.ceil((partTableBytes * mostPlaces) / 128);
  const states = partTables + tableBytes;
  const head = new Uint32Array(memory.buffer, 0, cellsBytes / 4);
  let places = Math.min(firstPlaces, mostPlaces);
  const parts =
    options.parts &&
    new PartStore({
      words,
      memory,
      functions: options.parts,
      tables: partTables,
      tableBytes,
      end: 64 * Math.floor(limitBytes / 64),
      slack,
    });

  const set = (name: keyof typeof cells, value: number): void => {
    head[cells[name] / 4] = value;
  };
  const count = (): number => head[cells.count / 4] as number;
  /** Where there is room for states up to. */
  const statesEnd = (): number => parts?.begin ?? limitBytes;

  /** Clears the table and enters all states once more. */
  function refill(): void {
    new Uint8Array(memory.buffer, table, places * placeBytes).fill(0);
    const all = count();
    for (let from = 0; from < all; from += filledAtOnce) {
      options.fill(from, Math.min(from + filledAtOnce, all));
    }
  }

  /** Makes room for more states than so many. */
  function roomFor(already: number): boolean {
    const needed = already + slack + leastRoom;
    const before = places;
    while (needed > places * fullness && places < mostPlaces) {
      places = Math.min(line * Math.ceil((places * growth) / line), mostPlaces);
    }
    if (places !== before) {
      set("places", places);
      if (!options.spread(before, places)) refill();
    }
    const isLast = places === mostPlaces;
    const mostInTable = Math.floor(places * (isLast ? utmostFullness : fullness));
    // Half of what is left is for parts.
    const free = (statesEnd() - states - already * wordBytes) / (parts === undefined ? 1 : 2);
    const most = Math.min(mostInTable, already + Math.floor(free / wordBytes));
    if (needed > most) return false;
    const room = parts?.makeRoom(states, count(), free);
    if (room === "none") return false;
    if (room === "renumbered") refill();
    set("limit", most - slack);
    return true;
  }

  let taken = 0;

  set("count", 0);
  set("table", table);
  set("states", states);
  set("limit", 0);
  set("places", places);

  return {
    get count() {
      return count();
    },
    get bytes() {
      return table + places * placeBytes + count() * wordBytes + (parts?.bytes ?? 0) + taken;
    },
    get places() {
      return places;
    },
    take: (bytes) => {
      const at = Math.ceil((states + count() * wordBytes) / 64) * 64;
      if (at + bytes > statesEnd()) return undefined;
      taken = Math.max(taken, bytes);
      return at;
    },
    get used(): readonly Used[] {
      // Successors may be written behind the states, before they count.
      const end = states + (count() + slack + 1) * wordBytes + taken;
      return [
        [0, table + places * placeBytes],
        [states, Math.min(Math.ceil(end / 64 + 1) * 64, memory.buffer.byteLength)],
        ...(parts?.used ?? []),
      ];
    },
    get hasRoom() {
      return count() < (head[cells.limit / 4] as number);
    },
    states: () =>
      parts?.kept(states, count()) ?? new Uint8Array(memory.buffer, states, count() * wordBytes),
    load: (given) => {
      const loaded = statesKept(given, words);
      if (!roomFor(loaded)) return false;
      if (parts === undefined) new Uint8Array(memory.buffer).set(given, states);
      else if (!parts.load(given, states, loaded)) return false;
      set("count", loaded);
      refill();
      return roomFor(loaded);
    },
    makeRoom: () => roomFor(count()),
  };
}
