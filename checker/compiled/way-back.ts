import type { Digits, Model } from "../../model/index.ts";
import { SpecError } from "../../spec/index.ts";
import { along } from "../rebuild.ts";
import type { Trace } from "../verdict.ts";
import type { Explorer } from "./explorer.ts";
import type { Levels } from "./levels.ts";

/** How a search got to a state: no predecessors are kept, so each level before it is explored once more. */
export class WayBack {
  readonly #model: Model;
  readonly #explorer: Pick<Explorer, "leastLeadingTo">;
  readonly #levels: Levels;
  readonly #look: () => void;

  /** `look` is called now and then, and throws where that has to end. */
  constructor(
    model: Model,
    explorer: Pick<Explorer, "leastLeadingTo">,
    levels: Levels,
    look: () => void,
  ) {
    this.#model = model;
    this.#explorer = explorer;
    this.#levels = levels;
    this.#look = look;
  }

  /**
   * The trace to a state of a level: of several predecessors the least is taken. `way` begins with the state, goes on
   * with its predecessors, and keeps what was found if a limit is met.
   */
  traceTo(way: Digits[], level: number): Trace {
    const { packing, symmetry } = this.#model;
    for (let before = level - way.length; before >= 0; before--) {
      const [from, to] = this.#levels.rangeOf(before);
      const found = this.#explorer.leastLeadingTo(way.at(-1) as Digits, from, to, this.#look);
      if (found === undefined) throw leadsNoMore(this.#model);
      way.push(found);
    }
    const keys = way.toReversed().map((digits) => packing.pack(digits));
    return along(this.#model, keys, (digits) => symmetry.canonical(digits), this.#look);
  }
}

/** The error of a spec whose steps, taken again, do not lead to where they led. */
const leadsNoMore = ({ spec }: Model): SpecError =>
  new SpecError(
    `${spec.name}: no step leads any more to a state that one led to before. Does a condition or an effect read a ` +
      "clock, a random source or a variable outside the state?",
  );
