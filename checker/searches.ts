import type { Model } from "../model/index.ts";
import { exploreByReference } from "./breadth-first.ts";
import { type Checkpoint, CheckpointError, type Known, type Searched } from "./checkpoint.ts";
import { type SearchOptions, search } from "./compiled/search.ts";
import type { LivenessTask } from "./liveness/stage.ts";
import type { CheckOptions } from "./options.ts";
import type { Verdict } from "./verdict.ts";

/**
 * The searches that a check makes, one after the other: what was kept of each, the time that is left for it, and
 * what is kept of those that are over while the next one goes on.
 */
export class Searches {
  readonly #keep: ((checkpoint: Checkpoint) => void) | undefined;
  readonly #secondsInAll: number | undefined;
  /** What was kept of those to come, in their order. */
  readonly #kept: Searched[];
  /** What is kept of those that are over. */
  readonly #over: Searched[] = [];
  /** Of the one that was over last; copied if there is another, for which its memory is needed. */
  #last: Searched | undefined;
  #begun = 0;
  #spent = 0;
  #within = "";

  constructor({ onCheckpoint, resume = [], timeoutSeconds }: CheckOptions) {
    this.#keep = onCheckpoint;
    this.#kept = [...resume];
    this.#secondsInAll = timeoutSeconds;
  }

  /** Searches that are made on behalf of something have its name before their own. */
  within<Result>(name: string, go: () => Result): Result {
    const before = this.#within;
    this.#within = `${before}${name}: `;
    try {
      return go();
    } finally {
      this.#within = before;
    }
  }

  /** Explores a model; of one check each search has another name. Throws `CheckpointError` if what was kept is of another. */
  run(
    name: string,
    model: Model,
    {
      onCheckpoint: _keep,
      resume: _resume,
      timeoutSeconds: _all,
      lessons,
      ...options
    }: CheckOptions,
    task: LivenessTask | undefined,
  ): Verdict {
    const limited = {
      ...options,
      ...(this.#secondsInAll === undefined
        ? {}
        : { timeoutSeconds: this.#secondsInAll - this.#spent }),
    };
    const of = `${this.#within}${name}`;
    const kept = this.#takeKept(of);
    const isReference = options.engine === "reference";
    const verdict = isReference
      ? exploreByReference(model, limited, task)
      : search(
          model,
          {
            ...limited,
            resume: kept,
            lessons: lessons?.of(of),
            onLessons: (its) => lessons?.keep(of, its),
            ...this.#keepingOf(of, kept),
          },
          task,
        );
    // One that was over before the check went on only had to be taken up.
    if (this.#kept.length === 0) this.#spent += verdict.statistics.seconds;
    return verdict;
  }

  /** What was kept of the next search, if it is of this name; if not, nothing is worth going on from. */
  #takeKept(of: string): Searched | undefined {
    const isFirst = this.#begun++ === 0;
    const kept = this.#kept.shift();
    if (kept === undefined || kept.of === of) return kept;
    if (isFirst) throw new CheckpointError(`it is of a search of ${kept.of}, not of ${of}`);
    this.#kept.length = 0;
    return undefined;
  }

  #keepingOf(
    of: string,
    kept: Searched | undefined,
  ): Pick<SearchOptions, "onCheckpoint" | "onOver"> {
    if (this.#last !== undefined) {
      this.#over.push({ ...this.#last, states: this.#last.states.slice() });
      this.#last = undefined;
    }
    const keep = this.#keep;
    // Where one before did not come to its end nothing can be kept of those behind it.
    if (keep === undefined || this.#over.length < this.#begun - 1) return {};
    const over = [...this.#over];
    // What this one knows is kept soon; until then, what is known of those before.
    if (kept === undefined && over.length > 0) keep(over);
    const named = (its: Known): Searched => ({ of, ...its });
    return {
      onCheckpoint: (its) => keep([...over, named(its)]),
      onOver: (its) => {
        this.#last = named(its);
      },
    };
  }
}
