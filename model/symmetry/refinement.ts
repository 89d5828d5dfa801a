import type { Digits } from "../layout.ts";
import { mix, mixed } from "../mix.ts";
import type { Arrangement } from "./arrangement.ts";
import type { Forest } from "./forest.ts";
import type { GroupAction } from "./group-action.ts";
import type { Twins } from "./twins.ts";

/** Splits the colours of nodes by what the state that the action has read says of their elements. */
export class Refinement {
  private readonly forest: Forest;
  private readonly action: GroupAction;
  private readonly twins: Twins;

  constructor(forest: Forest, action: GroupAction, twins: Twins) {
    this.forest = forest;
    this.action = action;
    this.twins = twins;
  }

  /**
   * Splits colours until nothing that the state says tells more siblings apart. True if that settles
   * their order: they all differ, or those alike are twins at every depth, and then any order of them
   * gives the same candidate.
   */
  refine(digits: Digits, arrangement: Arrangement): boolean {
    arrangement.sorted.set(this.forest.children);
    let ties = Number.POSITIVE_INFINITY;
    for (;;) {
      this.spread(digits, arrangement.colours);
      const left = this.arrange(arrangement);
      if (left === 0 || this.twins.areAll(digits, arrangement)) return true;
      if (left >= ties) return false;
      ties = left;
    }
  }

  /** Mixes into each node's colour what the state says of its elements, of those below and above. */
  private spread(digits: Digits, colours: Int32Array): void {
    const { children, from, parentOf, elements, elementsFrom, elementSets, nodeOf, placeIn } =
      this.forest;
    const { seen, sums } = this.action;
    if (this.action.isRelational) {
      for (let element = 0; element < nodeOf.length; element++) {
        const colour = colours[nodeOf[element] as number] as number;
        const place = placeIn[element] as number;
        seen[element] = place === 0 ? colour : mixed(colour, place, 41);
      }
    }
    this.action.look(digits);
    for (let id = colours.length - 1; id >= 0; id--) {
      let colour = colours[id] as number;
      for (let i = elementsFrom[id] as number; i < (elementsFrom[id + 1] as number); i++) {
        colour = mixed(colour, elementSets[i] as number, sums[elements[i] as number] as number);
      }
      let below = 0;
      for (let at = from[id] as number; at < (from[id + 1] as number); at++) {
        below = (below + mix(colours[children[at] as number] as number, 23)) | 0;
      }
      colours[id] = mix(colour, below);
    }
    for (let id = 0; id < colours.length; id++) {
      const parent = parentOf[id] as number;
      if (parent >= 0) colours[id] = mix(colours[id] as number, colours[parent] as number);
    }
  }

  /**
   * Sorts siblings by the rank that they had, and those that shared one by colour; answers how many
   * still share the rank of the one before them. A rank once given is kept: two different choices
   * among siblings never end in the same order, or one order of the elements would be counted as two
   * that leave the state as it is.
   */
  private arrange({ colours, ranks, sorted }: Arrangement): number {
    const { from, parents } = this.forest;
    let ties = 0;
    for (const id of parents) {
      const first = from[id] as number;
      const end = from[id + 1] as number;
      for (let at = first + 1; at < end; at++) {
        const child = sorted[at] as number;
        const rank = ranks[child] as number;
        const colour = colours[child] as number;
        let target = at;
        for (; target > first; target--) {
          const other = sorted[target - 1] as number;
          const difference = (ranks[other] as number) - rank || (colours[other] as number) - colour;
          if (difference <= 0) break;
          sorted[target] = other;
        }
        sorted[target] = child;
      }
      let previous = sorted[first] as number;
      let before = ranks[previous] as number;
      ranks[previous] = 0;
      for (let at = first + 1; at < end; at++) {
        const child = sorted[at] as number;
        const rank = ranks[child] as number;
        const isAlike = rank === before && colours[previous] === colours[child];
        ranks[child] = isAlike ? (ranks[previous] as number) : at - first;
        if (isAlike) ties++;
        previous = child;
        before = rank;
      }
    }
    return ties;
  }
}
