/** The first states teach the most: so few of them are taken up at once. */
const first = 32;
/** So many calls of a spec's functions may pass between two looks at the limits. */
const mostCalls = 5_000;

/**
 * How many states are taken up at a time, so that the limits are looked at often enough: fewer where each of them
 * calls many functions of the spec. By their number, not by the clock, so that every run does the same.
 */
export class Pace {
  readonly #pulse: Int32Array;
  readonly #most: number;
  #size: number;

  /** `pulse` counts the calls: see `Model`. */
  constructor(pulse: Int32Array, most: number) {
    this.#pulse = pulse;
    this.#most = most;
    this.#size = Math.min(first, most);
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
    this.#size = Math.max(1, Math.min(fitting, 2 * this.#size, this.#most));
    return result;
  }
}
