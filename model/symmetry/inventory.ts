import type { Constants, IndexSet, Shape } from "../../spec/index.ts";
import type { Layout } from "../layout.ts";
import { mix, mixed } from "../mix.ts";
import { type Colouring, colouringsOf } from "./colouring.ts";
import { type Measures, measuresOf } from "./measures.ts";
import type { Numbering } from "./numbering.ts";

/**
 * Whether a slot is in use: the digit in another is large enough. The innermost sequence or optional
 * around it decides; where that is not in use itself, its digit is zero.
 */
export interface Guard {
  readonly slot: number;
  readonly least: number;
}
const always: Guard = { slot: -1, least: 0 };

/** An element with which a slot moves, so many slots from one place to the next. */
export interface Mover {
  readonly set: number;
  readonly element: number;
  readonly stride: number;
}

/** A value that says something of elements by its colour. */
export interface Coloured extends Guard {
  readonly at: number;
  readonly context: number;
  readonly shape: Shape;
  readonly of: Colouring;
}

/** A value that says something of one element and refers to no other. */
export interface Composed extends Coloured {
  readonly element: number;
}

/** The name of an element in a place that no exchange moves. */
export interface Name extends Guard {
  readonly at: number;
  /** The number of the first element of the set. */
  readonly first: number;
  readonly says: number;
}

/** A sequence of such names. */
export interface NameList {
  readonly at: number;
  readonly first: number;
  /** Of each place. */
  readonly says: Int32Array;
}

/** A slot that moves with several elements, or moves and names another. */
export interface Tangle extends Guard {
  readonly at: number;
  /** The number of the first element of the set that it names one of; -1 if it names none. */
  readonly first: number;
  readonly movers: readonly Mover[];
}

/** Domains of more values are not tabulated. */
const mostTabulated = 1_024;

/**
 * What is in the slots of a layout: the shape of the state taken apart once, into flat lists of slots by how
 * they move when elements are exchanged and what they say of elements. Elements are numbered through.
 */
export class Inventory {
  /** The colour of each element, from which values that refer to elements have theirs. */
  readonly seen: Int32Array;
  /** To what is said of each element by such values it is added here. */
  readonly sums: Int32Array;
  /** Of each element: the slots that move with it alone. */
  readonly own: readonly number[][];
  /** What digits say of the element that moves them, one table after the other. */
  readonly tables: number[] = [];
  /** Where the table starts that all slots of a row share, by the first of them. */
  readonly tableAt = new Map<number, number>();
  readonly composed: Composed[] = [];
  /** Values that refer to elements and are indexed by some. */
  readonly relational: Coloured[] = [];
  readonly names: Name[] = [];
  readonly lists: NameList[] = [];
  readonly tangles: Tangle[] = [];
  /** Sets whose elements have more to them than their own slots and being named. */
  readonly tangled = new Set<number>();
  /** Sets of whose elements something is said only where a slot is in use. */
  readonly guarded = new Set<number>();
  readonly sets: readonly IndexSet[];
  readonly numbering: Numbering;
  readonly measures: Measures;
  readonly #radices: readonly number[];
  readonly #colouringOf: (shape: Shape) => Colouring;

  constructor(layout: Layout, constants: Constants, numbering: Numbering) {
    const { sets, radices, shape } = layout;
    const { count, sizes } = numbering;
    const sums = new Int32Array(count);
    this.seen = new Int32Array(count);
    this.sums = sums;
    this.own = Array.from({ length: count }, () => []);
    this.sets = sets;
    this.#radices = radices;
    this.numbering = numbering;
    this.measures = measuresOf(sets, sizes, constants);
    this.#colouringOf = colouringsOf(sets, numbering, this.measures, this.seen, (element, what) => {
      sums[element] = ((sums[element] as number) + what) | 0;
    });
    if (count > 0) this.#visit(shape, 0, 1, always, []);
  }

  /** Takes in a slot that moves with elements; what it holds may itself name an element of a set. */
  #moveSlot(at: number, movers: readonly Mover[], namedSet?: number, guard = always): void {
    const [mover] = movers;
    if (mover === undefined) return;
    if (movers.length === 1 && namedSet === undefined) {
      (this.own[mover.element] as number[]).push(at);
      return;
    }
    for (const { set } of movers) this.tangled.add(set);
    if (namedSet !== undefined) this.tangled.add(namedSet);
    const start = namedSet === undefined ? -1 : (this.numbering.first[namedSet] as number);
    this.tangles.push({ at, movers, first: start, ...guard });
  }

  /**
   * Takes a part of the state apart. It has a context unless it is indexed by elements that are
   * exchanged: what it says was then taken in already.
   */
  #visit(
    shape: Shape,
    at: number,
    context: number | undefined,
    guard: Guard,
    movers: readonly Mover[],
  ): void {
    const { isAlwaysNone, isExchanged, placesIn, slotsOf } = this.measures;
    const { first, sizes } = this.numbering;
    if (isAlwaysNone(shape)) return this.#moveSlot(at, movers);
    const within = (mixIn: (context: number) => number): number | undefined =>
      context === undefined ? undefined : mixIn(context);
    if (shape.kind === "record") {
      let offset = at;
      Object.values(shape.fields).forEach((field, position) => {
        this.#visit(
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
      this.#moveSlot(at, movers);
      const present = { slot: at, least: 1 };
      return this.#visit(
        shape.of,
        at + 1,
        within((outer) => mix(outer, 19)),
        present,
        movers,
      );
    }
    if (shape.kind === "sequence") {
      this.#moveSlot(at, movers);
      const places = placesIn(shape);
      if (shape.of.kind === "index" && isExchanged(shape.of.set) && context !== undefined) {
        const says = Int32Array.from({ length: places }, (_, position) =>
          mix(mixed(context, position, 11), 3),
        );
        this.lists.push({ at, first: first[this.sets.indexOf(shape.of.set)] as number, says });
        return undefined;
      }
      const slots = slotsOf(shape.of);
      for (let position = 0; position < places; position++) {
        const there = { slot: at, least: position + 1 };
        const inner = within((outer) => mixed(outer, position, 11));
        this.#visit(shape.of, at + 1 + position * slots, inner, there, movers);
      }
      return undefined;
    }
    if (shape.kind === "words" || shape.kind === "whole") return this.#moveSlot(at, movers);
    const set = this.sets.indexOf(shape.set);
    const start = first[set] as number;
    if (shape.kind === "index") {
      if (start < 0) return this.#moveSlot(at, movers);
      if (movers.length > 0) return this.#moveSlot(at, movers, set, guard);
      this.names.push({
        at,
        first: start,
        says: within((outer) => mix(outer, 3)) as number,
        ...guard,
      });
      return undefined;
    }
    const size = sizes[set] as number;
    if (size === 0) return undefined;
    const slots = shape.kind === "subset" ? 1 : slotsOf(shape.of);
    const moversOf = (element: number): readonly Mover[] =>
      start < 0 ? movers : [...movers, { set, element: start + element, stride: slots }];
    if (shape.kind === "subset") {
      for (let element = 0; element < size; element++) {
        this.#moveSlot(at + element, moversOf(element));
      }
      if (start >= 0 && context !== undefined) {
        this.tableAt.set(at, this.tables.push(0, mix(context, 13)) - 2);
      }
      return undefined;
    }
    for (let element = 0; element < size; element++) {
      const inner = start < 0 ? within((outer) => mix(outer, mix(element, 37))) : undefined;
      this.#visit(shape.of, at + element * slots, inner, guard, moversOf(element));
    }
    if (start >= 0 && context !== undefined) this.#takeIn(shape, at, context, guard);
    return undefined;
  }

  /** Takes in what values say that are indexed by elements which are exchanged. */
  #takeIn(shape: Shape & { kind: "each" }, at: number, context: number, guard: Guard): void {
    const { slotsOf, isStill } = this.measures;
    const { first, sizes } = this.numbering;
    const set = this.sets.indexOf(shape.set);
    const start = first[set] as number;
    const size = sizes[set] as number;
    if (guard !== always) this.guarded.add(set);
    if (!isStill(shape.of)) {
      this.relational.push({ at, context, shape, of: this.#colouringOf(shape), ...guard });
      return;
    }
    const slots = slotsOf(shape.of);
    const of = this.#colouringOf(shape.of);
    const radix = this.#radices[at] as number;
    const isTabulated = slots === 1 && guard === always && radix <= mostTabulated;
    if (isTabulated) this.tableAt.set(at, this.tables.length);
    for (let digit = 0; isTabulated && digit < radix; digit++) {
      this.tables.push(mix(context, of([digit], 0, context)));
    }
    for (let element = 0; !isTabulated && element < size; element++) {
      const slot = at + element * slots;
      const value = { element: start + element, at: slot, context, shape: shape.of, of };
      this.composed.push({ ...value, ...guard });
    }
  }
}
