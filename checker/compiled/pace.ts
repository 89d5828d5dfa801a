/**
 * The first states take the longest, because nothing has been learned yet: of those so far, one in so many are taken
 * up at once. So of a run's time it is a small part that passes before there is something to keep.
 */
const share = 16;
/** So many calls of a spec's functions may pass between two looks at the limits. */
const mostCalls = 5_000;

/**
 * How many states are taken up at a time, so that the limits are looked at often enough: fewer where each of them
 * calls many functions of the spec. By their number, not by the clock, so that every run does the same.
 */
export class Pace {
  readonly #pulse: Int32Array;
  readonly #most: number;
  #size = 1;
  #done = 0;

  /** `pulse` counts the calls: see `Model`. */
  constructor(pulse: Int32Array, most: number) {
    this.#pulse = pulse;
    this.#most = most;
  }

  /** How many states to take up next. */
  get size(): number {
    return this.#size;
  }

  /** Does something with so many states. */
  go<Result>(states: number, work: () => Result): Result {
    const before = this.#pulse[0] as number;
    const result = work();
    const calls = ((this.#pulse[0] as number) - before) | 0;
    const fitting = Math.floor((states * mostCalls) / Math.max(1, calls));
    this.#done += states;
    const mature = Math.floor(this.#done / share);
    this.#size = Math.max(1, Math.min(fitting, mature, this.#most));
    return result;
  }
}
