import type { Digits } from "../layout.ts";
import { type Arrangement, groupsOf } from "./arrangement.ts";
import { compareDigits } from "./compare-digits.ts";
import type { Forest } from "./forest.ts";
import type { GroupAction } from "./group-action.ts";

/** Siblings whose exchange, with all below them, changes neither the state nor the arrangement. */
export class Twins {
  private readonly forest: Forest;
  private readonly action: GroupAction;
  /** Whether a look at their own digits tells if a node and a sibling are twins. */
  private readonly isPlain: Uint8Array;
  // Kept from one question to the next.
  private readonly place: Int32Array;
  private readonly to: Int32Array;
  private readonly pairs: Int32Array;

  constructor(forest: Forest, action: GroupAction) {
    this.forest = forest;
    this.action = action;
    this.isPlain = plainNodes(forest, action.tangled);
    this.place = new Int32Array(forest.size);
    this.to = new Int32Array(forest.nodeOf.length);
    this.pairs = new Int32Array(2 * forest.size + 2);
  }

  /** Whether all siblings of one rank are twins. */
  areAll(digits: Digits, arrangement: Arrangement): boolean {
    const { from, parents } = this.forest;
    const { ranks, sorted } = arrangement;
    for (let i = parents.length - 1; i >= 0; i--) {
      const id = parents[i] as number;
      let first = sorted[from[id] as number] as number;
      for (let at = (from[id] as number) + 1; at < (from[id + 1] as number); at++) {
        const child = sorted[at] as number;
        if (ranks[child] !== ranks[first]) first = child;
        else if (!this.are(digits, arrangement, first, child)) return false;
      }
    }
    return true;
  }

  /**
   * Of the siblings alike that are furthest from a root, those whose subtrees may be exchanged, part for
   * part in the order of their colours, without changing the state. Any order of them gives the same
   * candidate. This holds of all states of an orbit or of none.
   */
  deepest(digits: Digits, arrangement: Arrangement): readonly (readonly number[])[] {
    const { depths } = this.forest;
    const groups = [...groupsOf(this.forest, arrangement)];
    const depthOf = ([id]: readonly number[]): number => depths[id as number] as number;
    const deepest = Math.max(...groups.map(depthOf));
    return groups.filter(
      (group) =>
        depthOf(group) === deepest &&
        group.every((id, i) => i === 0 || this.are(digits, arrangement, group[0] as number, id)),
    );
  }

  /** Whether two siblings are twins when their children are matched in the order of their ranks. */
  are(
    digits: Digits,
    { colours, ranks, sorted }: Arrangement,
    one: number,
    other: number,
  ): boolean {
    const { place, to, pairs } = this;
    const { from } = this.forest;
    const plain = this.isPlain[one] === 1;
    if (!plain) for (let id = 0; id < place.length; id++) place[id] = id;
    let pending = 2;
    pairs[0] = one;
    pairs[1] = other;
    while (pending > 0) {
      const there = pairs[--pending] as number;
      const here = pairs[--pending] as number;
      if (colours[here] !== colours[there] || ranks[here] !== ranks[there]) return false;
      if (plain) {
        if (!this.haveSameDigits(digits, here, there)) return false;
      } else {
        place[here] = there;
        place[there] = here;
      }
      const shift = (from[there] as number) - (from[here] as number);
      for (let at = from[here] as number; at < (from[here + 1] as number); at++) {
        pairs[pending++] = sorted[at] as number;
        pairs[pending++] = sorted[at + shift] as number;
      }
    }
    if (plain) return true;
    this.forest.moveBy(place, to);
    return compareDigits(this.action.permute(digits, to), digits) === 0;
  }

  /** Whether nothing names the elements of two nodes, and what is indexed by them is the same. */
  private haveSameDigits(digits: Digits, here: number, there: number): boolean {
    const { elements, elementsFrom } = this.forest;
    const { named, own, ownFrom } = this.action;
    const shift = (elementsFrom[there] as number) - (elementsFrom[here] as number);
    for (let i = elementsFrom[here] as number; i < (elementsFrom[here + 1] as number); i++) {
      const element = elements[i] as number;
      const other = elements[i + shift] as number;
      if (named[element] === 1 || named[other] === 1) return false;
      const away = (ownFrom[other] as number) - (ownFrom[element] as number);
      for (let at = ownFrom[element] as number; at < (ownFrom[element + 1] as number); at++) {
        if (digits[own[at] as number] !== digits[own[at + away] as number]) return false;
      }
    }
    return true;
  }
}

/** 1 for each node below which, itself included, nothing has elements of tangled sets. */
export function plainNodes(forest: Forest, tangled: ReadonlySet<number>): Uint8Array {
  const isPlain = new Uint8Array(forest.size);
  for (let id = forest.size - 1; id >= 0; id--) {
    const sets = forest.elementSets.subarray(forest.elementsFrom[id], forest.elementsFrom[id + 1]);
    const isFree = sets.every((set) => !tangled.has(set));
    isPlain[id] = isFree && forest.childrenOf(id).every((child) => isPlain[child] === 1) ? 1 : 0;
  }
  return isPlain;
}
