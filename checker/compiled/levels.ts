/** The states from one number up to another. */
export type Range = readonly [from: number, to: number];

/**
 * The levels of a search: the states that can be reached in so many steps and no fewer. A state's number says in
 * which order it was found, so a level is a range.
 */
export class Levels {
  /** The number of the first state of each level, and the end of the last one. */
  readonly #starts: number[] = [0];
  /** What is left to be explored. */
  #left: Range[] = [];

  /** The numbers of the first state of each level; the last two are of the level that is being explored. */
  get starts(): readonly number[] {
    return this.#starts;
  }

  /** What is left to be explored, as ranges; what comes next stands last. */
  get left(): readonly Range[] {
    return this.#left;
  }

  /** The level that is being explored, from 0; -1 before there are initial states. */
  get current(): number {
    return this.#starts.length - 2;
  }

  /** The states of a level. */
  rangeOf(level: number): Range {
    return [this.#starts[level] as number, this.#starts[level + 1] as number];
  }

  /** How many of the initial states there are. */
  get initial(): number {
    return this.#starts[1] as number;
  }

  /** The end of the states that belong to a level. */
  get end(): number {
    return this.#starts.at(-1) as number;
  }

  /** How many states were explored. */
  get explored(): number {
    return this.#left.reduce((rest, [from, to]) => rest - (to - from), this.end);
  }

  /** Says that all states so far belong to a level, the new ones to the next. */
  close(states: number): void {
    if (states > this.end) this.#left.unshift([this.end, states]);
    this.#starts.push(states);
  }

  /** The range to go on with; undefined if all of the level was explored. */
  next(): Range | undefined {
    return this.#left.at(-1);
  }

  /** Takes the range to go on with away, but for what is left of it. */
  leave(...ranges: readonly Range[]): void {
    this.#left.pop();
    this.#left.push(...ranges.filter(([from, to]) => from < to));
  }

  /** Takes over what an earlier search had come to. */
  resume(starts: readonly number[], left: readonly Range[]): void {
    this.#starts.splice(0, this.#starts.length, ...starts);
    this.#left = left.filter(([from, to]) => from < to);
  }
}
