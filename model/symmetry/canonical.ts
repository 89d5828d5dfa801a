import type { Digits } from "../layout.ts";
import { mixed } from "../mix.ts";
import { type Arrangement, groupsOf, newArrangement, siblingsAlike } from "./arrangement.ts";
import { compareDigits } from "./compare-digits.ts";
import { factorial, type Forest } from "./forest.ts";
import type { GroupAction } from "./group-action.ts";
import { Refinement } from "./refinement.ts";
import { Twins } from "./twins.ts";

/**
 * The search for the least digits that exchanges make of a state: colours are refined, twins are ordered at once,
 * and what is left is tried. What it needs is kept from one state to the next, for canonical forms are asked for by
 * the hundred thousand.
 */
export class CanonicalSearch {
  private readonly forest: Forest;
  private readonly action: GroupAction;
  private readonly twins: Twins;
  private readonly refinement: Refinement;
  private readonly place: Int32Array;
  private readonly to: Int32Array;
  /** One for each level of the search. */
  private readonly arrangements: Arrangement[] = [];
  private best: Digits | undefined;
  /** Where each element goes to come to `best`, if that is asked for. */
  private bestTo: Int32Array | undefined;
  private isCounting = false;
  /** How many exchanges lead to `best`, if they are counted: as many leave it as it is. */
  private exchanges = 0n;

  constructor(forest: Forest, action: GroupAction) {
    this.forest = forest;
    this.action = action;
    this.twins = new Twins(forest, action);
    this.refinement = new Refinement(forest, action, this.twins);
    this.place = new Int32Array(forest.size);
    this.to = new Int32Array(forest.nodeOf.length);
  }

  /** The least digits; it may be the very list that was given. Writes to `to`, if given, where each element goes. */
  least(digits: Digits, to?: Int32Array): Digits {
    this.isCounting = false;
    this.bestTo = to;
    const least = this.begin(digits);
    this.bestTo = undefined;
    return least;
  }

  /** How many exchanges leave a state as it is. */
  automorphisms(digits: Digits): bigint {
    this.isCounting = true;
    this.begin(digits);
    return this.exchanges;
  }

  private begin(digits: Digits): Digits {
    this.best = undefined;
    this.action.read(digits);
    const { colours, ranks } = this.arrangementAt(0);
    colours.fill(0);
    ranks.fill(0);
    this.search(digits, 0, 1n);
    return this.best ?? digits;
  }

  private arrangementAt(level: number): Arrangement {
    let found = this.arrangements[level];
    if (found === undefined) {
      found = newArrangement(this.forest);
      this.arrangements[level] = found;
    }
    return found;
  }

  /** Tries every order that the arrangement at a level leaves open. */
  private search(digits: Digits, level: number, multiplicity: bigint): void {
    const arrangement = this.arrangementAt(level);
    const isSettled = this.refinement.refine(digits, arrangement);
    this.forest.placeBy(arrangement.sorted, this.place);
    if (isSettled) {
      this.propose(digits, arrangement, multiplicity);
      return;
    }
    const twins = this.twins.deepest(digits, arrangement);
    if (twins.length > 0) {
      const next = this.arrangementAfter(level);
      let orders = multiplicity;
      for (const siblings of twins) {
        if (this.isCounting) orders *= factorial(siblings.length);
        siblings.forEach((id, position) => {
          next.colours[id] = mixed(next.colours[id] as number, 29, position);
          next.ranks[id] = (next.ranks[id] as number) + position;
        });
      }
      this.search(digits, level + 1, orders);
      return;
    }
    // Otherwise each must be tried; but one of those whose exchange leaves the state as it is will do.
    const alike = siblingsAlike(this.forest, arrangement, this.place);
    for (const members of this.classesOf(digits, arrangement, alike)) {
      const chosen = members[0] as number;
      const next = this.arrangementAfter(level);
      for (const id of alike) {
        if (id !== chosen) next.ranks[id] = (next.ranks[id] as number) + 1;
      }
      next.colours[chosen] = mixed(next.colours[chosen] as number, 31, 0);
      const orders = this.isCounting ? multiplicity * BigInt(members.length) : multiplicity;
      this.search(digits, level + 1, orders);
    }
  }

  /** The arrangement at the next level, as it is at this one. */
  private arrangementAfter(level: number): Arrangement {
    const { colours, ranks } = this.arrangementAt(level);
    const next = this.arrangementAt(level + 1);
    next.colours.set(colours);
    next.ranks.set(ranks);
    return next;
  }

  /** Keeps what an arrangement makes of a state if there is nothing less; counts the exchanges that lead to it. */
  private propose(digits: Digits, arrangement: Arrangement, multiplicity: bigint): void {
    const isMoved = this.forest.moveBy(this.place, this.to);
    const candidate = isMoved ? this.action.permute(digits, this.to) : digits;
    const ranking = this.best === undefined ? -1 : compareDigits(candidate, this.best);
    if (ranking < 0) {
      this.best = candidate;
      if (isMoved) this.bestTo?.set(this.to);
      else this.bestTo?.forEach((_, element, all) => (all[element] = element));
    }
    if (!this.isCounting || ranking > 0) return;
    if (ranking < 0) this.exchanges = 0n;
    let orders = multiplicity;
    for (const group of groupsOf(this.forest, arrangement)) orders *= factorial(group.length);
    this.exchanges += orders;
  }

  /** Siblings that are alike, those together that are twins. */
  private classesOf(
    digits: Digits,
    arrangement: Arrangement,
    alike: readonly number[],
  ): readonly (readonly number[])[] {
    const classes: number[][] = [];
    for (const id of alike) {
      const same = classes.find(([first]) =>
        this.twins.are(digits, arrangement, first as number, id),
      );
      if (same === undefined) classes.push([id]);
      else same.push(id);
    }
    return classes;
  }
}
