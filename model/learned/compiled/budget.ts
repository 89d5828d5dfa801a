import { costOfModule, costOfNode } from "./costs.ts";

/** So many times what compiling will cost, by estimate, interpreting has to have cost before. */
const times = 2;

/**
 * What interpreting one thing has cost, an action or a group of predicates. Once it is compiled, it has to cost twice as
 * much until it is again, for what is compiled is still growing, and most of it has to be thrown away again.
 */
export class Budget {
  /** Since the last compilation, in microseconds. */
  #debt = 0;
  /** The debt below which it is not compiled. */
  #least = 0;
  /** Of its diagrams, when they were compiled last. */
  #nodes = 0;

  /** Interpreting has cost so many microseconds more. */
  spend(microseconds: number): void {
    this.#debt += microseconds;
  }

  /** What compiling it would have saved beyond what its nodes cost, by estimate; not above 0 if it does not pay. */
  get gain(): number {
    return this.#debt > this.#least ? this.#debt - times * costOfNode * this.#nodes : 0;
  }

  /** It was compiled, or is too large for that: so many nodes. */
  settle(nodes: number): void {
    this.#least = 2 * this.#debt;
    this.#debt = 0;
    this.#nodes = nodes;
  }
}

/**
 * Those to be compiled now, together: a module costs about as much as some hundred nodes, so what pays by its nodes
 * alone is compiled as soon as all of it together pays for a module.
 */
export function whatPays<Item extends { readonly budget: Budget }>(
  items: readonly Item[],
): readonly Item[] {
  const paying = items.filter(({ budget }) => budget.gain > 0);
  const gain = paying.reduce((sum, { budget }) => sum + budget.gain, 0);
  return gain > times * costOfModule ? paying : [];
}
