import type { TableFunctions } from "./inner-loop.ts";
import type { Stretch } from "./table-growth.ts";

/** A table as one thread enlarges it, with others: stretch by stretch, and then what was set aside. */
export class GrowingTable {
  readonly #functions: TableFunctions;
  readonly #room: number;
  /** The end of what was set aside; 0 if there was too much of it. */
  #aside: number;

  /** What is set aside goes to an address. */
  constructor(functions: TableFunctions, room: number) {
    this.#functions = functions;
    this.#room = room;
    this.#aside = room;
  }

  /** Moves a stretch of the table that was enlarged. */
  spread({ from, to, first, end }: Stretch): void {
    this.#aside &&= this.#functions.spread(from, to, first, end, this.#aside) >>> 0;
  }

  /** When all have been moved: enters what was set aside; false if there was too much of it. */
  enterAside(): boolean {
    const isAll = this.#aside !== 0;
    if (isAll) this.#functions.enterAll(this.#room, this.#aside);
    this.#aside = this.#room;
    return isAll;
  }
}
