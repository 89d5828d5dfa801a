import type { Model } from "../../model/index.ts";
import { CheckpointError, type Known } from "../checkpoint.ts";
import type { Watch } from "../limits.ts";
import type { Audits } from "./audits.ts";
import type { Decisions } from "./decisions.ts";
import type { Explorer } from "./explorer.ts";
import type { SearchFigures } from "./search-figures.ts";
import { type Header, isState } from "./header.ts";
import type { Levels } from "./levels.ts";
import type { Store } from "./store.ts";
import type { ViolationLog } from "./violation-log.ts";

const secondsBetween = 60;

/** So many states of a checkpoint are looked at. */
const compared = 16;

export interface CheckpointsOptions {
  readonly model: Model;
  readonly explorer: Explorer;
  readonly store: Store;
  readonly levels: Levels;
  readonly figures: SearchFigures;
  readonly violations: ViolationLog;
  readonly decisions: Decisions;
  readonly audits: Audits;
  readonly watch: Watch;
  /** Recipes that are left to the reference semantics. */
  readonly distrusted: ReadonlySet<string>;
  /** Whether what was kept before is not to be trusted: it is written over as soon as can be. */
  readonly isAnew: boolean;
  readonly onCheckpoint: ((known: Known) => void) | undefined;
  readonly onResuming: ((isAtWork: boolean) => void) | undefined;
}

/** What a search hands out so that a later one can go on, and how that one takes it up. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  /** When there was the last one, in seconds. */
  #last: number;
  /** Whether the search is still where the one before had come to, or where it begins. */
  #isResuming: boolean;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#last = options.isAnew ? Number.NEGATIVE_INFINITY : 0;
    this.#isResuming = options.onCheckpoint !== undefined;
    if (this.#isResuming) this.#hold();
  }

  /** Hands out what a later search needs, if that was long ago. */
  keepNowAndThen(): void {
    if (this.#options.watch.seconds() - this.#last > secondsBetween) this.keep();
  }

  /** Hands it out. */
  keep(): void {
    const { onCheckpoint, audits, watch } = this.#options;
    if (onCheckpoint === undefined) return;
    audits.settle();
    this.#last = watch.seconds();
    onCheckpoint(this.known());
  }

  /** The same where a level was explored to its end: what is left is the one behind it. */
  keepNext(): void {
    this.#options.figures.beginLevel();
    this.keep();
  }

  /** All that is known; the search writes on in it. */
  known(): Known {
    const { store } = this.#options;
    return { header: this.#header(), states: store.states() };
  }

  #header(): Header {
    const { levels, figures, violations, audits, decisions, explorer, distrusted } = this.#options;
    const { taken, audited } = figures.now();
    const { starts, left } = levels;
    const { generatedInitially, depth, unreduced, levelBegan } = figures;
    return {
      levels: starts,
      left,
      generatedInitially,
      depth,
      unreduced: String(unreduced),
      takenBefore: levelBegan.taken,
      taken,
      changed: figures.changed,
      recorded: violations.recorded,
      ...audits.known,
      auditedBefore: levelBegan.audited,
      audited,
      distrusted: [...distrusted],
      news: explorer.judging.knowledge(),
      liveness: decisions.known,
    };
  }

  /**
   * Takes up what an earlier search has kept; false if there is no room for it. Until the search comes further no time
   * counts. Throws `CheckpointError` if what was kept is not of this model.
   */
  resume(header: Header, states: Uint8Array): boolean {
    const { store, levels, figures, explorer } = this.#options;
    this.#isResuming = true;
    this.#hold();
    if (!store.load(states)) return false;
    levels.resume(header.levels, header.left);
    figures.resume(
      {
        generatedInitially: header.generatedInitially,
        depth: header.depth,
        unreduced: BigInt(header.unreduced),
        levelBegan: { taken: header.takenBefore, audited: header.auditedBefore },
      },
      levels.end,
    );
    explorer.counters.addTaken(header.taken);
    explorer.counters.addChanged(header.changed);
    explorer.counters.addAudited(header.audited);
    explorer.judging.hear({ ...header.news, closed: [] });
    this.#options.audits.resume(header);
    this.#compare();
    this.#options.violations.resume(header.recorded);
    this.#options.decisions.resume(header.liveness);
    return true;
  }

  /** No time counts until the search has come further: a chain of runs that go on from each other advances at each. */
  #hold(): void {
    this.#options.watch.hold();
    this.#options.onResuming?.(true);
  }

  /** Says that the search has come further than the one before: now its time counts. */
  advance(): void {
    if (!this.#isResuming) return;
    this.#isResuming = false;
    this.#options.watch.release();
    this.#options.onResuming?.(false);
  }

  /** Throws `CheckpointError` unless the states are initial ones of this model, and what its steps make of them. */
  #compare(): void {
    const { model, explorer, levels } = this.#options;
    const { packing, symmetry } = model;
    const fault = new CheckpointError(
      "its states are not those of this protocol and these constants",
    );
    const initial = new Set(
      model.initialStates().map((state) => {
        return packing.pack(symmetry.canonical(model.encode(state, "the initial state")));
      }),
    );
    const first = Array.from({ length: levels.initial }, (_, state) => explorer.digitsOf(state));
    if (initial.size !== first.length) throw fault;
    if (!first.every((digits) => initial.has(packing.pack(digits)))) throw fault;
    const [explored] = levels.rangeOf(levels.current);
    const every = Math.max(1, Math.floor(explored / compared));
    for (let state = 0; state < explored; state += every) {
      if (!isState(model, explorer.digitsOf(state))) throw fault;
      for (const done of explorer.doneAt(state)) {
        if (done === undefined || typeof done === "string") continue;
        if (explorer.add(symmetry.canonical(done)) !== undefined) throw fault;
      }
    }
  }
}
