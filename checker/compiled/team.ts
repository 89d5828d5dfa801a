import { Distrust } from "../../model/index.ts";
import type { CheckOptions } from "../options.ts";
import type { Stop } from "../stop.ts";
import { type Board, boardOf, tasks } from "./board.ts";
import type { Explorer } from "./explorer.ts";
import type { GrowingTable } from "./growing-table.ts";
import { chunk, takeChunks, type WholeSeat } from "./helper.ts";
import type { Range } from "./levels.ts";
import { Pace } from "./pace.ts";
import { roundsOfStretches, type Stretch } from "./table-growth.ts";

/** A level has to have so many chunks to be shared. */
const worthSharing = 8;

export interface TeamOptions {
  /** That of the worker who leads. */
  readonly explorer: Explorer;
  readonly pulse: Int32Array;
  readonly stop: Stop;
  /** How many workers there may be, the one who leads included. */
  readonly workers: number;
  /** Helpers are called for a range of so many states, and not before so many were found. */
  readonly worthHelp: { readonly range: number; readonly found: number };
  readonly startHelper: CheckOptions["startHelper"];
  /** What all helpers have to know. */
  readonly seat: Omit<WholeSeat, "worker" | "workers" | "partitions" | "lessons">;
  /** Of a table that can be divided, the memories for it. */
  readonly partitions?: { readonly memories: readonly WebAssembly.Memory[] } | undefined;
}

/** What the search does while states are explored. */
export interface Meanwhile {
  /** Done once, when helpers have begun, by the worker who leads. */
  first(): void;
  /** Told that some states were explored. */
  explored(): void;
  /** Asked now and then whether to go on. */
  goesOn(): boolean;
}

/**
 * Those who explore: a worker who leads, alone as long as it is not worth it to call others. These find what they
 * have to know on a board in the memory that all share.
 */
export class Team {
  readonly #options: TeamOptions;
  readonly #board: Board;
  readonly #pace: Pace;
  #called = 0;

  constructor(options: TeamOptions) {
    this.#options = options;
    this.#board = boardOf(options.explorer.memory);
    this.#pace = new Pace(options.pulse, chunk);
  }

  /** How many threads explore, those that were called for the search and may not have come yet included. */
  get threads(): number {
    return 1 + this.#called;
  }

  /** Explores some states of a level of which there is room for more; what is left of them. */
  explore(level: number, [from, to]: Range, meanwhile: Meanwhile): readonly Range[] {
    const isShared =
      to - from >= worthSharing * this.#pace.size && this.#isJoinedFor(to - from, to);
    return isShared
      ? this.#exploreTogether(level, [from, to], meanwhile)
      : this.#exploreAlone([from, to], meanwhile);
  }

  /** Sets the share of the states explored from now on that are audited, of `wholeShare`. */
  auditShare(share: number): void {
    this.#options.explorer.auditShare(share);
    this.#board.set("share", share);
  }

  /** Has all look states up in partitions from now on, or no longer. */
  divide(isDivided: boolean): void {
    const { explorer, partitions } = this.#options;
    this.#board.set("isDivided", isDivided ? 1 : 0);
    explorer.lookUpIn((isDivided && partitions?.memories) || []);
  }

  /** Spreads a table that was enlarged, by its number; whether that was possible. */
  spread(table: number, before: number, now: number): boolean {
    const { explorer, stop } = this.#options;
    const its = explorer.tables[table] as GrowingTable;
    this.#board.set("table", table);
    const helpers = this.#helpers();
    const tick = (): void => stop.tick();
    for (const [own, ...others] of roundsOfStretches(before, now, 1 + helpers.length)) {
      const called = helpers.slice(0, others.length);
      for (const [position, worker] of called.entries()) {
        this.#board.setStretch(worker, others[position] as Stretch);
      }
      this.#inRound("spread", called, () => its.spread(own as Stretch), tick);
    }
    this.#inRound("enterAside", helpers, () => {}, tick);
    const isAll = helpers.every((worker) => this.#board.own(worker, "isEntered") === 1);
    return its.enterAside() && isAll;
  }

  /** Lets the helpers go. */
  disband(): void {
    this.#board.set("level", -1);
    this.#board.add("round", 1);
    this.#board.wake("round");
  }

  #exploreAlone([from, to]: Range, meanwhile: Meanwhile): readonly Range[] {
    const { explorer } = this.#options;
    meanwhile.first();
    const end = Math.min(from + this.#pace.size, to);
    const reached = this.#pace.go(end - from, () => explorer.run(from, end));
    explorer.relation.compileWhatPays();
    if (reached > from) meanwhile.explored();
    return [
      [end, to],
      [reached, end],
    ];
  }

  #exploreTogether(level: number, [from, to]: Range, meanwhile: Meanwhile): readonly Range[] {
    const { explorer, workers } = this.#options;
    const board = this.#board;
    const news = explorer.judging.news();
    // What was found in the level is for this worker to settle.
    if (news !== undefined) board.tell(0, { ...news, found: [], fault: undefined });
    board.set("level", level);
    board.set("next", from);
    board.set("to", to);
    const helpers = this.#helpers();
    let untaken: number | undefined;
    const lead = (): void => {
      meanwhile.first();
      takeChunks(board, 0, explorer, this.#pace, () => {
        meanwhile.explored();
        if (meanwhile.goesOn()) return true;
        untaken = board.exchange("next", to); // the others stop behind their chunk
        return false;
      });
    };
    this.#inRound("explore", helpers, lead, () => meanwhile.goesOn());
    for (let worker = 1; worker < workers; worker++) this.#hear(worker);
    return [
      [Math.min(untaken ?? board.get("next"), to), to],
      ...[0, ...helpers].map(
        (worker): Range => [board.own(worker, "from"), board.own(worker, "to")],
      ),
    ];
  }

  /** Calls helpers for the first large range that ends late enough; whether there is one already. */
  #isJoinedFor(states: number, found: number): boolean {
    const { explorer, workers, worthHelp, startHelper, seat } = this.#options;
    // What was learned is copied for those who are called: once, and not for nobody.
    const isCalled = this.#called === workers - 1;
    if (!isCalled && states >= worthHelp.range && found >= worthHelp.found) {
      this.#called = workers - 1;
      const lessons = explorer.relation.lessons();
      const partitions = this.#options.partitions?.memories ?? [];
      for (let worker = 1; worker < workers; worker++) {
        const its: WholeSeat = { ...seat, worker, workers, lessons, partitions };
        startHelper?.(its);
      }
    }
    return this.#helpers().length > 0;
  }

  /** The helpers that have come. */
  #helpers(): readonly number[] {
    const all = Array.from({ length: this.#options.workers - 1 }, (_, position) => position + 1);
    return all.filter((worker) => this.#board.own(worker, "isReady") === 1);
  }

  /** Does something while some helpers do their part of a task, and waits until they have finished. */
  #inRound(
    task: keyof typeof tasks,
    helpers: readonly number[],
    lead: () => void,
    whileWaiting: () => void,
  ): void {
    const board = this.#board;
    if (helpers.length === 0) {
      lead();
      return;
    }
    // Of another one that wakes late the number says that this round is not its own, nor the next one this.
    const round = board.get("round") + 1;
    for (const worker of helpers) board.setOwn(worker, "round", round);
    board.set("task", tasks[task]);
    board.set("finished", 0);
    board.add("round", 1);
    board.wake("round");
    lead();
    for (;;) {
      const finished = board.get("finished");
      if (finished === helpers.length) return;
      board.wait("finished", finished, 1_000);
      whileWaiting();
    }
  }

  #hear(worker: number): void {
    const news = this.#board.read(worker);
    if (news === undefined) return;
    if ("distrusts" in news) throw new Distrust(news.distrusts);
    if ("crash" in news) throw new Error(`A helper fails: ${news.crash}`);
    this.#options.explorer.judging.hear(news);
  }
}
