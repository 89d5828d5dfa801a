import { cellsBytes } from "./inner-loop-code.ts";
import type { News } from "./judging.ts";
import type { Stretch } from "./table-growth.ts";

/**
 * The part of a shared memory in which workers wait for each other and tell each other their news: the
 * board with 32-bit cells, then a box of JSON for each worker. Worker 0 leads; it alone makes room,
 * settles levels and writes to the board, but for the cells where that is said.
 */
const cellsAt = {
  /** Counts rounds; helpers wait for it to change. */
  round: 0,
  /** The next state to be taken up; all workers add to it. */
  next: 1,
  to: 2,
  /** The level that is explored; -1 when the search is over. */
  level: 3,
  /** How many helpers have finished the round; they add to it. */
  finished: 4,
  /** What is done in it. */
  task: 5,
  /** The share of the states that is audited. */
  share: 6,
  /** Whether states are looked up in partitions, and which of the tables grows. */
  isDivided: 7,
  table: 8,
} as const;
type CellName = keyof typeof cellsAt;

/** What is done in a round: states are explored; a stretch of a table moved; what was set aside entered. */
export const tasks = { explore: 0, spread: 1, enterAside: 2 } as const;

const boardAt = cellsBytes;
const boardBytes = 4096 - boardAt;
/** Of each worker, from here on. */
const ownAt = 16;
const ownCellsAt = {
  /** What was left of its last chunk. */
  from: 0,
  to: 1,
  /** Its news: how often there were any, and the bytes of the last. */
  version: 2,
  bytes: 3,
  /** Whether it is there, and the last round in which it takes part. */
  isReady: 4,
  round: 5,
  /** Where to a stretch of a table is moved. */
  first: 6,
  end: 7,
  /** Whether all that was set aside was entered. */
  isEntered: 8,
} as const;
const ownCells = 9;
const boxBytes = 2 ** 22;

/** Where the workers' own parts begin. */
export const headsAt = (workers: number): number =>
  boardAt + boardBytes + (workers > 1 ? workers * boxBytes : 0);

export const mostWorkers = 64;

/** What is in a box: news, or why the worker is gone. */
export type Message = News | { readonly crash: string } | { readonly distrusts: string };

/** A view of board and boxes. */
export interface Board {
  get(name: CellName): number;
  set(name: CellName, value: number): void;
  /** Adds to a cell; what it was before. */
  add(name: CellName, value: number): number;
  /** Sets a cell; what it was before. */
  exchange(name: CellName, value: number): number;
  /** Waits, at most for some milliseconds, while a cell has a value. */
  wait(name: CellName, value: number, milliseconds: number): void;
  wake(name: CellName): void;
  own(worker: number, name: keyof typeof ownCellsAt): number;
  setOwn(worker: number, name: keyof typeof ownCellsAt, value: number): void;
  /** The stretch of a table that a worker is to move. */
  stretch(worker: number): Stretch;
  setStretch(worker: number, stretch: Stretch): void;
  /** Puts news into a worker's box. */
  tell(worker: number, news: Message): void;
  /** The news in a worker's box if they are newer than those read before. */
  read(worker: number): Message | undefined;
}

/** The board of a memory. */
export function boardOf(memory: WebAssembly.Memory): Board {
  const cells = new Int32Array(memory.buffer, boardAt, boardBytes / 4);
  const cellOf = (worker: number, name: keyof typeof ownCellsAt): number =>
    ownAt + ownCells * worker + ownCellsAt[name];
  const heard = new Map<number, number>();
  const box = (worker: number): Uint8Array =>
    new Uint8Array(memory.buffer, boardAt + boardBytes + worker * boxBytes, boxBytes);

  return {
    get: (name) => Atomics.load(cells, cellsAt[name]),
    set: (name, value) => {
      Atomics.store(cells, cellsAt[name], value);
    },
    add: (name, value) => Atomics.add(cells, cellsAt[name], value),
    exchange: (name, value) => Atomics.exchange(cells, cellsAt[name], value),
    wait: (name, value, milliseconds) => {
      Atomics.wait(cells, cellsAt[name], value, milliseconds);
    },
    wake: (name) => {
      Atomics.notify(cells, cellsAt[name]);
    },
    own: (worker, name) => Atomics.load(cells, cellOf(worker, name)),
    setOwn: (worker, name, value) => {
      Atomics.store(cells, cellOf(worker, name), value);
    },
    stretch: (worker) => {
      const own = (name: keyof typeof ownCellsAt): number =>
        Atomics.load(cells, cellOf(worker, name));
      return { from: own("from"), to: own("to"), first: own("first"), end: own("end") };
    },
    setStretch: (worker, stretch) => {
      for (const name of ["from", "to", "first", "end"] as const) {
        Atomics.store(cells, cellOf(worker, name), stretch[name]);
      }
    },
    tell: (worker, news) => {
      const bytes = new TextEncoder().encode(JSON.stringify(news));
      if (bytes.length > boxBytes) throw new Error("There is no room for a worker's news.");
      box(worker).set(bytes);
      Atomics.store(cells, cellOf(worker, "bytes"), bytes.length);
      Atomics.add(cells, cellOf(worker, "version"), 1);
    },
    read: (worker) => {
      const version = Atomics.load(cells, cellOf(worker, "version"));
      if (version === (heard.get(worker) ?? 0)) return undefined;
      heard.set(worker, version);
      // A decoder does not take bytes of a shared memory.
      const bytes = box(worker).slice(0, Atomics.load(cells, cellOf(worker, "bytes")));
      return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes))) as News;
    },
  };
}
