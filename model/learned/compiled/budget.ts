import { costOfModule, costOfNode } from "./costs.ts";

/** So many times what compiling will cost, by estimate, interpreting has to have cost before. */
const times = 2;

/**
 * When to compile: when interpreting has cost several times what compiling will, and later each time after twice
 * as much of it, for what is compiled is still growing, and most of it has to be thrown away again.
 */
export class Budget {
  /** What interpreting cost since the last compilation, in microseconds. */
  #debt = 0;
  /** The debt at which to compile. */
  #limit = costOfModule;

  /** Interpreting has cost so many microseconds more. */
  spend(microseconds: number): void {
    this.#debt += microseconds;
  }

  /** Whether it pays to compile diagrams of so many nodes. */
  pays(nodes: number): boolean {
    return this.#debt > this.#limit && this.#debt > times * (costOfModule + costOfNode * nodes);
  }

  /** It was compiled, or is too large for that. */
  settle(): void {
    this.#limit = 2 * this.#debt;
    this.#debt = 0;
  }
}
