import type { Model } from "../../model/index.ts";
import type { Watch } from "../limits.ts";
import { type ActionFigures, type Statistics, unchangingOf } from "../verdict.ts";
import type { Audited, Counters } from "./counters.ts";
import type { Explorer } from "./explorer.ts";
import type { Levels } from "./levels.ts";
import type { Store } from "./store.ts";

export interface SearchFiguresOptions {
  readonly model: Model;
  readonly explorer: Explorer;
  /** Those of all workers. */
  readonly counters: readonly Counters[];
  /** How many workers there are by now. */
  readonly threads: () => number;
  readonly store: Store;
  readonly levels: Levels;
  readonly watch: Watch;
}

/** How often each action was taken and how much was audited, at some moment. */
export interface Tally {
  readonly taken: readonly number[];
  readonly audited: Audited;
}

/** The figures of a search, of all workers. */
export class SearchFigures {
  /** How many initial states there were, equal ones each by itself. */
  generatedInitially = 0;
  depth = 0;
  /** What was audited on the graph, where nothing is audited but that. */
  auditedOfGraph: Audited | undefined;
  readonly #options: SearchFiguresOptions;
  readonly #reduces: boolean;
  #levelBegan: Tally;
  #unreduced = 0n;
  /** So many states have been counted for that. */
  #counted = 0;

  constructor(options: SearchFiguresOptions) {
    this.#options = options;
    this.#reduces = options.model.symmetry.order > 1n;
    this.#levelBegan = this.now();
  }

  now(): Tally {
    const { counters, model } = this.#options;
    const taken = counters.map((its) => its.taken);
    const audited = counters.map((its) => its.audited);
    return {
      taken: Object.keys(model.spec.actions).map((_, action) =>
        sumOf(taken.map((times) => times[action] as number)),
      ),
      audited: {
        states: sumOf(audited.map(({ states }) => states)),
        steps: sumOf(audited.map(({ steps }) => steps)),
      },
    };
  }

  /** Of each action whether a step of it has changed something. */
  get changed(): readonly boolean[] {
    const { counters, model } = this.#options;
    const changed = counters.map((its) => its.changed);
    return Object.keys(model.spec.actions).map((_, action) =>
      changed.some((flags) => flags[action] === true),
    );
  }

  /** As it was when the level began that is being explored. */
  get levelBegan(): Tally {
    return this.#levelBegan;
  }

  /** The states that orbits found so far stand for. */
  get unreduced(): bigint {
    return this.#unreduced;
  }

  beginLevel(): void {
    this.#levelBegan = this.now();
  }

  /** Counts what the orbits stand for that were found since the last call. */
  countOrbits(): void {
    const { store, explorer } = this.#options;
    if (!this.#reduces) return;
    for (; this.#counted < store.count; this.#counted++) {
      this.#unreduced += explorer.orbitOf(this.#counted);
    }
  }

  /** Takes over the figures of an earlier search; all states of its levels were counted. */
  resume(
    its: Pick<SearchFigures, "generatedInitially" | "depth" | "unreduced" | "levelBegan">,
    counted: number,
  ): void {
    this.generatedInitially = its.generatedInitially;
    this.depth = its.depth;
    this.#unreduced = its.unreduced;
    this.#levelBegan = its.levelBegan;
    this.#counted = counted;
  }

  statistics(): Statistics {
    const { levels, store } = this.#options;
    return this.#statisticsAt(this.now(), store.count, levels.explored);
  }

  /** As they were when the last whole level had been explored. */
  ofWholeLevels(): Statistics {
    const { levels } = this.#options;
    const [from, to] = levels.rangeOf(levels.current);
    return this.#statisticsAt(this.#levelBegan, to, from);
  }

  #statisticsAt(tally: Tally, states: number, explored: number): Statistics {
    const { model, store, watch, threads } = this.#options;
    const { states: auditedStates, steps: comparedSteps } = this.auditedOfGraph ?? tally.audited;
    const taken = Object.fromEntries(
      Object.keys(model.spec.actions).map((name, action) => [name, tally.taken[action] as number]),
    );
    const transitions = sumOf(tally.taken);
    const { changed } = this;
    return {
      distinctStates: states,
      generatedStates: transitions + this.generatedInitially,
      transitions,
      depth: this.depth,
      ...(this.#reduces ? { orbits: states } : {}),
      unreducedStates: this.#reduces ? this.#unreduced : BigInt(states),
      frontier: states - explored,
      taken,
      unchanging: unchangingOf(taken, (_, action) => changed[action] === true, states - explored),
      auditedStates,
      comparedSteps,
      rehearsedRuns: this.#options.explorer.rehearsedRuns,
      threads: threads(),
      peakMemoryBytes: store.bytes,
      actions: this.#ofActions(taken),
      seconds: watch.seconds(),
    };
  }

  #ofActions(taken: Readonly<Record<string, number>>): Record<string, ActionFigures> {
    const learned = Object.entries(this.#options.explorer.relation.statistics());
    return Object.fromEntries(
      learned.map(([name, its]) => [name, { steps: taken[name] as number, ...its }]),
    );
  }
}

export const sumOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0);
