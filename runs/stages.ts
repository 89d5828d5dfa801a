import type { Model, State, Step } from "../model/index.ts";
import { AssertionFailure } from "../spec/index.ts";
import type { ScenarioLine } from "./scenario.ts";

/** A state on the way through a scenario, and how it was come to. */
export interface Place {
  readonly state: State;
  readonly from?: Place | undefined;
  readonly step?: Step | undefined;
  /** In steps from an initial state. */
  readonly depth: number;
}

/** What is known of where the first so many lines of a scenario lead. */
export interface Reached {
  /** The place that takes fewest steps. */
  readonly first?: Place | undefined;
  /** Where the last step fails an assertion, so that nothing follows; the state is that before it. */
  readonly failed?: Place | undefined;
  /** How many places were looked at. */
  readonly count: number;
}

export interface StageLimits {
  readonly maxStates: number;
  readonly isInterrupted: () => boolean;
  readonly isLate: () => boolean;
}

type LimitMet = "state limit" | "time limit" | "interrupted";

/**
 * Where the lines of a scenario lead: nothing of it, its first line, the first two, and so on. Places are looked at nearest
 * first, and no more of them than it takes to come to the end; so where that is not reached, and no limit was met, all places
 * were looked at that any beginning of the scenario leads to.
 */
export function reachedBy(
  model: Model,
  lines: readonly ScenarioLine[],
  limits: StageLimits,
): { readonly reached: readonly Reached[]; readonly limit?: LimitMet | undefined } {
  const watch = new Watch(limits);
  const stages = [new Stage(model, watch)];
  let places = (stages[0] as Stage).beginning();
  for (const { steps } of lines) {
    const stage = new Stage(model, watch);
    stages.push(stage);
    places = steps === undefined ? stage.anywhereFrom(places) : stage.behind(places, steps);
  }
  try {
    places.next();
    return { reached: stages };
  } catch (error) {
    if (error instanceof Limited) return { reached: stages, limit: error.limit };
    throw error;
  }
}

/** Thrown where a limit is met. */
class Limited extends Error {
  readonly limit: LimitMet;

  constructor(limit: LimitMet) {
    super(limit);
    this.limit = limit;
  }
}

/** The limits of all stages together. */
class Watch {
  readonly #limits: StageLimits;
  #states = 0;

  constructor(limits: StageLimits) {
    this.#limits = limits;
  }

  /** Called for each new place. */
  count(): void {
    this.#states++;
    const { maxStates, isInterrupted, isLate } = this.#limits;
    if (this.#states > maxStates) throw new Limited("state limit");
    if (isInterrupted()) throw new Limited("interrupted");
    if (isLate()) throw new Limited("time limit");
  }
}

/** The places behind a line, each state once, made as they are asked for and nearest first. */
class Stage implements Reached {
  first: Place | undefined;
  failed: Place | undefined;
  readonly #model: Model;
  readonly #watch: Watch;
  readonly #seen = new Set<string>();

  constructor(model: Model, watch: Watch) {
    this.#model = model;
    this.#watch = watch;
  }

  get count(): number {
    return this.#seen.size;
  }

  *beginning(): Generator<Place> {
    for (const state of this.#model.initialStates()) {
      const place = { state, depth: 0 };
      if (this.#isNew(place)) yield place;
    }
  }

  /** Behind any one of some steps. */
  *behind(places: Iterable<Place>, steps: readonly Step[]): Generator<Place> {
    for (const from of places) {
      for (const step of steps) {
        const place = this.#taken(from, step);
        if (place !== undefined && this.#isNew(place)) yield place;
      }
    }
  }

  /** Behind any steps, or none, none of which fails an assertion. */
  *anywhereFrom(places: Iterator<Place>): Generator<Place> {
    const queue: Place[] = [];
    let head = 0;
    let given = places.next();
    for (;;) {
      const queued = queue[head];
      const isGiven =
        given.done !== true && (queued === undefined || given.value.depth <= queued.depth);
      const place: Place | undefined = isGiven ? (given.value as Place) : queued;
      if (place === undefined) return;
      if (!isGiven) head++;
      if (this.#isNew(place)) {
        yield place;
        for (const step of this.#model.steps) {
          const next = this.#taken(place, step);
          if (next !== undefined) queue.push(next);
        }
        this.failed = undefined;
      }
      if (isGiven) given = places.next();
    }
  }

  /** The place behind a step, if it is possible and fails no assertion. */
  #taken(from: Place, step: Step): Place | undefined {
    if (!this.#model.isEnabled(from.state, step)) return undefined;
    const depth = from.depth + 1;
    try {
      const state = this.#model.apply(from.state, step);
      this.#model.encode(state, step.label);
      return { state, from, step, depth };
    } catch (error) {
      if (!(error instanceof AssertionFailure)) throw error;
      this.failed ??= { state: from.state, from, step, depth };
      return undefined;
    }
  }

  #isNew(place: Place): boolean {
    const key = this.#model.packing.pack(this.#model.encode(place.state, "a step"));
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.first ??= place;
    this.#watch.count();
    return true;
  }
}
