import { cells } from "./kernel.ts";

/** Where the states are: the memory of a search, and what is where in it. */
export interface Store {
  /** The number of states. */
  readonly count: number;
  /** Bytes in use. */
  readonly bytes: number;
  /** Whether the limit has not been reached. */
  readonly hasRoom: boolean;
  /** All states, one behind the other, as they stand in memory; of the first ones only so many. */
  states(count: number): Uint8Array;
  /** Takes states over from an earlier search; false if there is no room for them. */
  load(states: Uint8Array): boolean;
  /** Makes room for some more states; false if the limit does not allow for it. */
  makeRoom(): boolean;
}

export const pageBytes = 65_536;
/** A memory has 32-bit addresses. */
export const mostBytes = 2 ** 32;
export const mostPages = mostBytes / pageBytes;

const firstBits = 15;
/** Making room is worth it for no fewer states. */
const leastRoom = 1_000;
/** The table grows when it is fuller than this, or, if it must not grow, may become as full as that. */
const fullness = 0.5;
const utmostFullness = 0.9;

export interface StoreOptions {
  readonly words: number;
  /** What is in front of the table. */
  readonly headBytes: number;
  /** So many states may be added after the limit has been looked at. */
  readonly slack: number;
  readonly limitBytes: number;
  readonly memory: WebAssembly.Memory;
  /** Enters all states into a table of any content. */
  readonly fill: () => void;
  /** Enters them into a table that was enlarged, from what is in it; 0 if it cannot. */
  readonly spread: (bitsBefore: number) => number;
  readonly onGrowth: () => void;
}

/** What there is behind the head from the start: more than the first table. */
export const firstPages = 2 ** 9;

/** An empty store. The memory reaches as far as the first table. The head is at address 0, then the table, then the states. */
export function newStore(options: StoreOptions): Store {
  const { words, headBytes, limitBytes, memory } = options;
  const stateBytes = 8 * words;
  const placeBytes = words === 1 ? 8 : 4;
  const table = Math.ceil(headBytes / pageBytes) * pageBytes;
  let head = new Uint32Array(memory.buffer, 0, 8);
  let bits = firstBits;

  const states = (): number => table + 2 ** bits * placeBytes;
  const set = (name: keyof typeof cells, value: number): void => {
    head[cells[name] / 4] = value;
  };
  const count = (): number => head[cells.count / 4] as number;

  /** Enlarges the memory to at least so many bytes. */
  function grow(bytes: number): boolean {
    const now = memory.buffer.byteLength;
    if (bytes > limitBytes) return false;
    if (bytes <= now) return true;
    // Seldom, and by much: what is not touched costs nothing, and growing makes JavaScript collect garbage.
    const wanted = Math.min(Math.max(bytes, 1.5 * now), limitBytes);
    try {
      memory.grow(Math.ceil((wanted - now) / pageBytes));
    } catch {
      return false;
    }
    head = new Uint32Array(memory.buffer, 0, 8);
    options.onGrowth();
    return true;
  }

  function enlargeTable(target: number): boolean {
    const from = states();
    const to = table + 2 ** target * placeBytes;
    if (!grow(to + (count() + 1) * stateBytes)) return false;
    new Uint8Array(memory.buffer).copyWithin(to, from, from + count() * stateBytes);
    const before = bits;
    bits = target;
    set("bits", bits);
    set("states", to);
    new Uint8Array(memory.buffer).fill(0, table + 2 ** before * placeBytes, to);
    if (options.spread(before) === 0) options.fill();
    return true;
  }

  set("count", 0);
  set("bits", bits);
  set("table", table);
  set("states", states());
  set("limit", 0);

  return {
    get count() {
      return count();
    },
    get bytes() {
      return states() + count() * stateBytes;
    },
    get hasRoom() {
      return count() < (head[cells.limit / 4] as number);
    },
    states: (some) => new Uint8Array(memory.buffer, states(), some * stateBytes),
    load: (given) => {
      if (!roomFor(given.length / stateBytes)) return false;
      new Uint8Array(memory.buffer).set(given, states());
      set("count", given.length / stateBytes);
      options.fill();
      return true;
    },
    makeRoom: () => roomFor(count()),
  };

  /** Makes room for more states than so many. */
  function roomFor(already: number): boolean {
    const needed = already + options.slack + leastRoom;
    if (needed > 2 ** bits * fullness) {
      let target = bits;
      while (needed > 2 ** target * fullness) target++;
      if (!enlargeTable(target) && needed > 2 ** bits * utmostFullness) return false;
    }
    const most = 2 ** bits * (needed > 2 ** bits * fullness ? utmostFullness : fullness);
    const wanted = Math.min(most, needed * 1.25);
    const isRoom = grow(states() + wanted * stateBytes) || grow(states() + needed * stateBytes);
    if (!isRoom) return false;
    const room = Math.floor((memory.buffer.byteLength - states()) / stateBytes);
    set("limit", Math.min(most, room) - options.slack);
    return true;
  }
}
