import type { Constants } from "../../spec/index.ts";
import type { Digits, Layout } from "../layout.ts";
import { mix } from "../mix.ts";
import {
  type Coloured,
  type Composed,
  type Guard,
  Inventory,
  type Name,
  type NameList,
  type Tangle,
} from "./inventory.ts";
import { type Numbering, startsOf } from "./numbering.ts";

/** A row of slots, one for each element of a set, that move with it. */
export interface Row {
  /** The number of the first element. */
  readonly start: number;
  /** How many elements there are. */
  readonly size: number;
  /** The slot of the first, and from each to the next one's. */
  readonly origin: number;
  readonly stride: number;
  /** Where the table starts of what digits say of the element; -1 for none. */
  readonly table: number;
}

/**
 * What exchanges do to digits, and what digits say of the elements that are exchanged. Elements are
 * numbered through, and an exchange is `to`: the number of the element where each goes. A state is gone through
 * list by list, as its layout was taken apart.
 */
export class GroupAction {
  /** The colour of each element, to be set before `look`. */
  readonly seen: Int32Array;
  /** What `look` comes to, for each element. */
  readonly sums: Int32Array;
  /** Whether the sums depend on `seen`. */
  readonly isRelational: boolean;
  /** 1 if a part of the state that no exchange moves names the element. */
  readonly named: Uint8Array;
  /**
   * The slots that move with element e and with no other are own[ownFrom[e]] up to ownFrom[e + 1], in
   * the same order for all elements of a set.
   */
  readonly own: Int32Array;
  readonly ownFrom: Int32Array;
  /** Sets whose elements have more to them than their own slots and being named. */
  readonly tangled: ReadonlySet<number>;
  readonly inventory: Inventory;
  readonly rows: readonly Row[];
  /** What digits say of the element that moves them, one table after the other. */
  readonly tables: Int32Array;
  /** What the state that was read says of each element whatever the colours. */
  private readonly said: Int32Array;
  /** Sets in which all that is ever said of an element follows from its own digits. */
  private readonly flat: ReadonlySet<number>;

  constructor(inventory: Inventory, { first, sizes, count }: Numbering) {
    const { own, seen, sums, tableAt, tangled } = inventory;
    this.inventory = inventory;
    this.seen = seen;
    this.sums = sums;
    this.isRelational = inventory.relational.length > 0;
    this.said = this.isRelational ? new Int32Array(count) : sums;
    this.named = new Uint8Array(count);
    this.own = Int32Array.from(own.flat());
    this.ownFrom = startsOf(own.map((list) => list.length));
    this.tangled = tangled;
    this.tables = Int32Array.from(inventory.tables);
    this.rows = first.flatMap((start, set) => {
      const size = sizes[set] as number;
      if (start < 0 || size === 0) return [];
      return (own[start] as number[]).map((origin, i) => ({
        start,
        size,
        origin,
        stride: size === 1 ? 0 : (own[start + 1]?.[i] as number) - origin,
        table: tableAt.get(origin) ?? -1,
      }));
    });
    const referredTo = new Set([...inventory.names, ...inventory.lists].map((name) => name.first));
    this.flat = new Set(
      [...first.keys()].filter(
        (set) =>
          !tangled.has(set) && !inventory.guarded.has(set) && !referredTo.has(first[set] as number),
      ),
    );
  }

  /** Whether all that is ever said of an element of a set follows from its own digits. */
  isFlat(set: number): boolean {
    return this.flat.has(set);
  }

  /** Takes in what a state says of each element whatever the colours; the first thing to do with it. */
  read(digits: Digits): void {
    const { rows, tables, said, named } = this;
    const { composed, names, lists } = this.inventory;
    said.fill(0);
    for (let i = 0; i < rows.length; i++) {
      const { start, size, origin, stride, table } = rows[i] as Row;
      if (table < 0) continue;
      for (let element = start, slot = origin; element < start + size; element++) {
        const says = tables[table + (digits[slot] as number)] as number;
        said[element] = ((said[element] as number) + says) | 0;
        slot += stride;
      }
    }
    for (let i = 0; i < composed.length; i++) {
      const value = composed[i] as Composed;
      if (isNever(digits, value)) continue;
      const { at, context, element, of } = value;
      said[element] = ((said[element] as number) + mix(context, of(digits, at, context))) | 0;
    }
    named.fill(0);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as Name;
      if (isNever(digits, name)) continue;
      const element = name.first + (digits[name.at] as number);
      named[element] = 1;
      said[element] = ((said[element] as number) + name.says) | 0;
    }
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i] as NameList;
      const length = digits[list.at] as number;
      for (let position = 0; position < length; position++) {
        const element = list.first + (digits[list.at + 1 + position] as number);
        named[element] = 1;
        said[element] = ((said[element] as number) + (list.says[position] as number)) | 0;
      }
    }
  }

  /** Sums up what the state that was read says of each element, given the colours in `seen`. */
  look(digits: Digits): void {
    if (!this.isRelational) return;
    const { relational } = this.inventory;
    this.sums.set(this.said);
    for (let i = 0; i < relational.length; i++) {
      const value = relational[i] as Coloured;
      if (!isNever(digits, value)) value.of(digits, value.at, value.context);
    }
  }

  /** The digits after an exchange: a new list. */
  permute(digits: Digits, to: Int32Array): number[] {
    const { rows } = this;
    const { names, lists, tangles } = this.inventory;
    const result = digits.slice();
    for (let i = 0; i < rows.length; i++) {
      const { start, size, origin, stride } = rows[i] as Row;
      for (let element = start, slot = origin; element < start + size; element++) {
        const away = (to[element] as number) - start;
        result[origin + away * stride] = digits[slot] as number;
        slot += stride;
      }
    }
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as Name;
      if (isNever(digits, name)) continue;
      const element = name.first + (digits[name.at] as number);
      result[name.at] = (to[element] as number) - name.first;
    }
    for (let i = 0; i < lists.length; i++) {
      const { at, first: start } = lists[i] as NameList;
      const end = at + 1 + (digits[at] as number);
      for (let slot = at + 1; slot < end; slot++) {
        result[slot] = (to[start + (digits[slot] as number)] as number) - start;
      }
    }
    for (let i = 0; i < tangles.length; i++) {
      const tangle = tangles[i] as Tangle;
      let target = tangle.at;
      for (const { element, stride } of tangle.movers) {
        target += ((to[element] as number) - element) * stride;
      }
      let digit = digits[tangle.at] as number;
      if (tangle.first >= 0 && !isNever(digits, tangle)) {
        digit = (to[tangle.first + digit] as number) - tangle.first;
      }
      result[target] = digit;
    }
    return result;
  }
}

const isNever = (digits: Digits, { slot, least }: Guard): boolean =>
  slot >= 0 && (digits[slot] as number) < least;

/** The action on the states of a layout. */
export const groupActionOf = (
  layout: Layout,
  constants: Constants,
  numbering: Numbering,
): GroupAction => new GroupAction(new Inventory(layout, constants, numbering), numbering);
