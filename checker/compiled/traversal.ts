import type { Model } from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import type { Ledger } from "../ledger.ts";
import type { Watch } from "../limits.ts";
import type { Stop } from "../stop.ts";
import type { IncompleteReason, Statistics } from "../verdict.ts";
import type { Audits } from "./audits.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Explorer } from "./explorer.ts";
import type { SearchFigures } from "./search-figures.ts";
import type { Levels, Range } from "./levels.ts";
import type { Store } from "./store.ts";
import type { Meanwhile, Team } from "./team.ts";
import type { ViolationLog } from "./violation-log.ts";

export interface TraversalOptions {
  readonly model: Model;
  readonly ledger: Ledger;
  readonly explorer: Explorer;
  readonly store: Store;
  readonly levels: Levels;
  readonly figures: SearchFigures;
  readonly violations: ViolationLog;
  readonly team: Team;
  readonly stop: Stop;
  readonly watch: Watch;
  /** All if left out. */
  readonly maxStates?: number | undefined;
  /** Whether to stop at the end of the level in which something is violated. */
  readonly untilFirst?: boolean | undefined;
  /** Nothing is audited without. */
  readonly audits?: Audits | undefined;
  /** Nothing is kept without. */
  readonly checkpoints?: Checkpoints | undefined;
}

/** The search itself: level by level, until all was explored or there is a reason to stop. */
export class Traversal {
  readonly #options: TraversalOptions;
  readonly #maxStates: number;
  readonly #meanwhile: Meanwhile;
  /** SearchFigures as they were when the last whole level had been explored, if they are to be given. */
  #whole: Statistics | undefined;

  constructor(options: TraversalOptions) {
    this.#options = options;
    this.#maxStates = options.maxStates ?? Number.POSITIVE_INFINITY;
    this.#meanwhile = {
      first: () => options.audits?.settle(),
      explored: () => options.checkpoints?.advance(),
      goesOn: () => this.#goesOn(),
    };
  }

  /** The figures to be given. */
  get statistics(): Statistics {
    return this.#whole ?? this.#options.figures.statistics();
  }

  /** Finds the initial states: the first level. */
  start(): void {
    const { model, explorer, store, levels, figures, violations, audits } = this.#options;
    const all = model.initialStates().map((state) => model.encode(state, "the initial state"));
    audits?.initial(all);
    explorer.judging.beginLevel();
    for (const digits of all) {
      if (!store.makeRoom()) {
        this.#options.stop.reason = "memory limit";
        return;
      }
      figures.generatedInitially++;
      const state = explorer.add(model.symmetry.canonical(digits));
      if (state === undefined) continue;
      if (store.count > this.#maxStates) {
        this.#options.stop.reason = "state limit";
        this.#whole = { ...figures.statistics(), distinctStates: this.#maxStates };
        return;
      }
      explorer.askAll(state);
    }
    if (store.count > 0) figures.depth = 1;
    figures.countOrbits();
    levels.close(store.count);
    violations.settle(-1);
  }

  /** Explores what is left of the level, and all levels behind it. */
  run(): void {
    const { ledger, levels, stop } = this.#options;
    while (!stop.isMet() && !ledger.isSettled()) {
      const [from, to] = levels.rangeOf(levels.current);
      if (from === to) break;
      this.#goOnWith([from, to]);
    }
  }

  #goOnWith([from, to]: Range): void {
    const { explorer, store, levels, figures, violations, team, stop } = this.#options;
    const { audits, checkpoints } = this.#options;
    if (levels.explored === from) figures.beginLevel();
    checkpoints?.keepNowAndThen();
    explorer.judging.beginLevel();
    team.auditShare(audits?.shareOf([from, to]) ?? 0);
    this.#explore();
    if (store.count > this.#maxStates) stop.reason = "state limit";
    const isExplored = !stop.isMet();
    if (!isExplored) checkpoints?.keep();
    if (stop.reason === "state limit") {
      // Which states of the level were found depends on who was first; what was before it does not.
      explorer.judging.dropLevel();
      this.#whole = figures.ofWholeLevels();
      return;
    }
    const level = levels.current;
    figures.countOrbits();
    levels.close(store.count);
    if (store.count > to) figures.depth++;
    violations.settle(level);
    if (isExplored) this.#audit([from, to]);
    this.#stopAtViolation();
  }

  /** Explores what is left of the level. */
  #explore(): void {
    const { store, levels, team, stop, audits } = this.#options;
    for (let range = levels.next(); range !== undefined; range = levels.next()) {
      // A reason that was met stays: what was not explored because of it must not pass for explored.
      if (this.#goesOn() && !store.hasRoom && !store.makeRoom()) stop.reason = "memory limit";
      if (stop.isMet()) return;
      levels.leave(...team.explore(levels.current, range, this.#meanwhile));
    }
    // One that goes on from a level that had been explored to its end still owes the audit of the one before.
    if (!stop.isMet()) audits?.settle();
  }

  /** Has a level audited that was explored. */
  #audit(level: Range): void {
    const { ledger, stop, audits, checkpoints } = this.#options;
    if (audits === undefined) return;
    if (stop.note === undefined) audits.owe(level);
    // As long as nothing is violated, what the audit finds ends the search wherever it is by then.
    if (!stop.isMet() && ledger.first() !== undefined) {
      try {
        audits.settle();
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        stop.atFault(error, true);
      }
    }
    if (audits.areOwed && stop.isMet()) checkpoints?.keepNext();
  }

  #stopAtViolation(): void {
    const { ledger, stop, untilFirst } = this.#options;
    if (untilFirst === true && ledger.first() !== undefined) stop.reason ??= "first violation";
  }

  #goesOn(): boolean {
    const { stop } = this.#options;
    stop.reason ??= this.#reasonToStop();
    return !stop.isMet();
  }

  #reasonToStop(): IncompleteReason | undefined {
    const { store, figures, stop, watch } = this.#options;
    stop.tick();
    if (store.count > this.#maxStates) return "state limit";
    return watch.check(() => figures.statistics());
  }
}
