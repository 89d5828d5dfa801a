import type { Constants, Shape } from "../../spec/index.ts";
import type { Digits, Layout } from "../layout.ts";
import { mix, mixed } from "../mix.ts";
import { type Colouring, colouringsOf } from "./colouring.ts";
import { measuresOf } from "./measures.ts";
import { type Numbering, startsOf } from "./numbering.ts";

/**
 * What exchanges do to digits, and what digits say of the elements that are exchanged. Elements are
 * numbered through, and an exchange is `to`: the number of the element where each goes.
 */
export interface GroupAction {
  /** The digits after an exchange: a new list. */
  permute(digits: Digits, to: Int32Array): number[];
  /** Takes in what a state says of each element whatever the colours; the first thing to do with it. */
  read(digits: Digits): void;
  /** Sums up what the state that was read says of each element, given the colours in `seen`. */
  look(digits: Digits): void;
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
  /** Whether all that is ever said of an element of a set follows from its own digits. */
  isFlat(set: number): boolean;
}

/**
 * Whether a slot is in use: the digit in another is large enough. The innermost sequence or optional
 * around it decides; where that is not in use itself, its digit is zero.
 */
interface Guard {
  readonly slot: number;
  readonly least: number;
}
const always: Guard = { slot: -1, least: 0 };

/** An element with which a slot moves, so many slots from one place to the next. */
interface Mover {
  readonly set: number;
  readonly element: number;
  readonly stride: number;
}

/** Domains of more values are not tabulated. */
const mostTabulated = 1_024;

/**
 * The action on states of a layout, compiled: the shape of the state is taken apart once, into flat lists
 * of slots by how they move and what they say, and a state is then gone through list by list.
 */
export function groupActionOf(
  layout: Layout,
  constants: Constants,
  numbering: Numbering,
): GroupAction {
  const { sets, radices } = layout;
  const { first, sizes, count } = numbering;
  const seen = new Int32Array(count);
  /** What the state says of each element whatever the colours. */
  const said = new Int32Array(count);
  const named = new Uint8Array(count);
  const tangled = new Set<number>();
  /** Sets of whose elements something is said only where a slot is in use. */
  const guarded = new Set<number>();

  /** Of each element: the slots that move with it alone. */
  const ownLists: number[][] = Array.from({ length: count }, () => []);
  /** What digits say of the element that moves them, one table after the other. */
  const tables: number[] = [];
  /** Where the table starts that all slots of a row share, by the first of them. */
  const tableAt = new Map<number, number>();
  /** Values that say something of an element and refer to no other. */
  const composed: ({ element: number; at: number; context: number; of: Colouring } & Guard)[] = [];
  /** Values that refer to elements and are indexed by some. */
  const relational: ({ at: number; context: number; of: Colouring } & Guard)[] = [];
  /** Names of elements in places that no exchange moves. */
  const names: ({ at: number; first: number; says: number } & Guard)[] = [];
  /** Sequences of them. */
  const lists: { at: number; first: number; says: Int32Array }[] = [];
  /** Slots that move with several, or move and name another. */
  const tangles: ({ at: number; first: number; movers: readonly Mover[] } & Guard)[] = [];

  const measures = measuresOf(sets, sizes, constants);
  const { isAlwaysNone, isExchanged, isStill, placesIn, slotsOf } = measures;
  const colouringOf = colouringsOf(sets, numbering, measures, seen, add);

  /** Takes in a slot that moves with elements; what it holds may itself name an element of a set. */
  function moveSlot(at: number, movers: readonly Mover[], namedSet?: number, guard = always): void {
    const [mover] = movers;
    if (mover === undefined) return;
    if (movers.length === 1 && namedSet === undefined) {
      (ownLists[mover.element] as number[]).push(at);
      return;
    }
    for (const { set } of movers) tangled.add(set);
    if (namedSet !== undefined) tangled.add(namedSet);
    const start = namedSet === undefined ? -1 : (first[namedSet] as number);
    tangles.push({ at, movers, first: start, ...guard });
  }

  /**
   * Takes a part of the state apart. It has a context unless it is indexed by elements that are
   * exchanged: what it says was then taken in already.
   */
  function visit(
    shape: Shape,
    at: number,
    context: number | undefined,
    guard: Guard,
    movers: readonly Mover[],
  ): void {
    if (isAlwaysNone(shape)) return moveSlot(at, movers);
    const within = (mixIn: (context: number) => number): number | undefined =>
      context === undefined ? undefined : mixIn(context);
    if (shape.kind === "record") {
      let offset = at;
      Object.values(shape.fields).forEach((field, position) => {
        visit(
          field,
          offset,
          within((outer) => mixed(outer, position, 7)),
          guard,
          movers,
        );
        offset += slotsOf(field);
      });
      return undefined;
    }
    if (shape.kind === "optional") {
      moveSlot(at, movers);
      const present = { slot: at, least: 1 };
      return visit(
        shape.of,
        at + 1,
        within((outer) => mix(outer, 19)),
        present,
        movers,
      );
    }
    if (shape.kind === "sequence") {
      moveSlot(at, movers);
      const places = placesIn(shape);
      if (shape.of.kind === "index" && isExchanged(shape.of.set) && context !== undefined) {
        const says = Int32Array.from({ length: places }, (_, position) =>
          mix(mixed(context, position, 11), 3),
        );
        lists.push({ at, first: first[sets.indexOf(shape.of.set)] as number, says });
        return undefined;
      }
      const slots = slotsOf(shape.of);
      for (let position = 0; position < places; position++) {
        const there = { slot: at, least: position + 1 };
        const inner = within((outer) => mixed(outer, position, 11));
        visit(shape.of, at + 1 + position * slots, inner, there, movers);
      }
      return undefined;
    }
    if (shape.kind === "words" || shape.kind === "whole") return moveSlot(at, movers);
    const set = sets.indexOf(shape.set);
    const start = first[set] as number;
    if (shape.kind === "index") {
      if (start < 0) return moveSlot(at, movers);
      if (movers.length > 0) return moveSlot(at, movers, set, guard);
      names.push({ at, first: start, says: within((outer) => mix(outer, 3)) as number, ...guard });
      return undefined;
    }
    const size = sizes[set] as number;
    if (size === 0) return undefined;
    const slots = shape.kind === "subset" ? 1 : slotsOf(shape.of);
    const moversOf = (element: number): readonly Mover[] =>
      start < 0 ? movers : [...movers, { set, element: start + element, stride: slots }];
    if (shape.kind === "subset") {
      for (let element = 0; element < size; element++) {
        moveSlot(at + element, moversOf(element));
      }
      if (start >= 0 && context !== undefined) {
        tableAt.set(at, tables.push(0, mix(context, 13)) - 2);
      }
      return undefined;
    }
    for (let element = 0; element < size; element++) {
      const inner = start < 0 ? within((outer) => mix(outer, mix(element, 37))) : undefined;
      visit(shape.of, at + element * slots, inner, guard, moversOf(element));
    }
    if (start >= 0 && context !== undefined) takeIn(shape, at, context, guard);
    return undefined;
  }

  /** Takes in what values say that are indexed by elements which are exchanged. */
  function takeIn(
    shape: Shape & { kind: "each" },
    at: number,
    context: number,
    guard: Guard,
  ): void {
    const set = sets.indexOf(shape.set);
    const start = first[set] as number;
    const size = sizes[set] as number;
    if (guard !== always) guarded.add(set);
    if (!isStill(shape.of)) {
      relational.push({ at, context, of: colouringOf(shape), ...guard });
      return;
    }
    const slots = slotsOf(shape.of);
    const of = colouringOf(shape.of);
    const radix = radices[at] as number;
    const isTabulated = slots === 1 && guard === always && radix <= mostTabulated;
    if (isTabulated) tableAt.set(at, tables.length);
    for (let digit = 0; isTabulated && digit < radix; digit++) {
      tables.push(mix(context, of([digit], 0, context)));
    }
    for (let element = 0; !isTabulated && element < size; element++) {
      const slot = at + element * slots;
      composed.push({ element: start + element, at: slot, context, of, ...guard });
    }
  }

  if (count > 0) visit(layout.shape, 0, 1, always, []);

  const isRelational = relational.length > 0;
  const sums = isRelational ? new Int32Array(count) : said;
  const own = Int32Array.from(ownLists.flat());
  const ownFrom = startsOf(ownLists.map((list) => list.length));
  const tableOf = Int32Array.from(tables);
  /** Rows of slots, one for each element of a set, that move with it. */
  const rows = first.flatMap((start, set) => {
    const size = sizes[set] as number;
    if (start < 0 || size === 0) return [];
    return (ownLists[start] as number[]).map((origin, i) => ({
      start,
      size,
      origin,
      stride: size === 1 ? 0 : (ownLists[start + 1]?.[i] as number) - origin,
      table: tableAt.get(origin) ?? -1,
    }));
  });
  const isNever = (digits: Digits, { slot, least }: Guard): boolean =>
    slot >= 0 && (digits[slot] as number) < least;

  function add(element: number, what: number): void {
    sums[element] = ((sums[element] as number) + what) | 0;
  }

  function read(digits: Digits): void {
    said.fill(0);
    for (let i = 0; i < rows.length; i++) {
      const { start, size, origin, stride, table } = rows[i] as (typeof rows)[number];
      if (table < 0) continue;
      for (let element = start, slot = origin; element < start + size; element++) {
        const says = tableOf[table + (digits[slot] as number)] as number;
        said[element] = ((said[element] as number) + says) | 0;
        slot += stride;
      }
    }
    for (let i = 0; i < composed.length; i++) {
      const value = composed[i] as (typeof composed)[number];
      if (isNever(digits, value)) continue;
      const { at, context, element, of } = value;
      said[element] = ((said[element] as number) + mix(context, of(digits, at, context))) | 0;
    }
    named.fill(0);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as (typeof names)[number];
      if (isNever(digits, name)) continue;
      const element = name.first + (digits[name.at] as number);
      named[element] = 1;
      said[element] = ((said[element] as number) + name.says) | 0;
    }
    for (let i = 0; i < lists.length; i++) {
      const list = lists[i] as (typeof lists)[number];
      const length = digits[list.at] as number;
      for (let position = 0; position < length; position++) {
        const element = list.first + (digits[list.at + 1 + position] as number);
        named[element] = 1;
        said[element] = ((said[element] as number) + (list.says[position] as number)) | 0;
      }
    }
  }

  function look(digits: Digits): void {
    if (!isRelational) return;
    sums.set(said);
    for (let i = 0; i < relational.length; i++) {
      const value = relational[i] as (typeof relational)[number];
      if (!isNever(digits, value)) value.of(digits, value.at, value.context);
    }
  }

  function permute(digits: Digits, to: Int32Array): number[] {
    const result = digits.slice();
    for (let i = 0; i < rows.length; i++) {
      const { start, size, origin, stride } = rows[i] as (typeof rows)[number];
      for (let element = start, slot = origin; element < start + size; element++) {
        const away = (to[element] as number) - start;
        result[origin + away * stride] = digits[slot] as number;
        slot += stride;
      }
    }
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as (typeof names)[number];
      if (isNever(digits, name)) continue;
      const element = name.first + (digits[name.at] as number);
      result[name.at] = (to[element] as number) - name.first;
    }
    for (let i = 0; i < lists.length; i++) {
      const { at, first: start } = lists[i] as (typeof lists)[number];
      const end = at + 1 + (digits[at] as number);
      for (let slot = at + 1; slot < end; slot++) {
        result[slot] = (to[start + (digits[slot] as number)] as number) - start;
      }
    }
    for (let i = 0; i < tangles.length; i++) {
      const tangle = tangles[i] as (typeof tangles)[number];
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

  /** Sets whose elements something names. */
  const referredTo = new Set([...names, ...lists].map(({ first: start }) => start));
  return {
    permute,
    read,
    look,
    seen,
    sums,
    isRelational,
    named,
    own,
    ownFrom,
    tangled,
    isFlat: (set) =>
      !tangled.has(set) && !guarded.has(set) && !referredTo.has(first[set] as number),
  };
}
