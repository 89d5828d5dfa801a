import type { AnyNode } from "acorn";
import type { IndexSet, Shape } from "../../spec/index.ts";
import type { Access } from "./instance.ts";
import type { List, Part, Site, Value } from "./value.ts";
import type { UsesSoFar } from "./uses.ts";
import type { Origins } from "./written.ts";

/** Thrown where nothing can be proved of a function; says why. */
export class Unproved extends Error {}

/** The arguments of a call. */
export interface Arguments {
  readonly values: readonly Value[];
  /** What is spread at the end, as lists. */
  readonly spread: readonly List[];
}

/** What is known of an array when it is made. */
export interface ArrayIs {
  /** What tells it from other arrays that the same expression makes. */
  readonly more?: string;
  readonly isDistinct?: boolean | undefined;
  /** The set of which it has one value for each element, in their order. */
  readonly eachOf?: IndexSet | undefined;
}

/** What lasts beyond a run and is changed in it, in the words of the spec. */
export type Memory = string;

/** A function that is being followed, as those see it who know what methods, natives and index sets come to. */
export interface Following {
  readonly origins: Origins;
  readonly sets: SetsOf;
  readonly uses: UsesSoFar;
  /** How many walks are under way. */
  readonly level: number;
  /** Ends it: nothing can be proved, and why. */
  giveUp(node: AnyNode | undefined, why: string): never;
  /** That an element, or the order of elements, is told from another. */
  observe(node: AnyNode | undefined, why: string): void;
  /** A value is used as a number or a text. */
  asPrimitive(value: Value, node: AnyNode | undefined): Value;
  /** A value is used as true or false. */
  asTruth(value: Value, node: AnyNode | undefined): void;
  /** Two values are compared for equality. */
  compare(one: Value, other: Value, node: AnyNode | undefined): void;
  /** Also of what is under an index, given its walk or 0. */
  readsPart(part: Part, ...index: readonly number[]): void;
  /** A part of the state is changed, under an index, given its walk or 0. */
  writesPart(
    part: Part,
    how: Access["how"],
    literal: Value | undefined,
    index: readonly number[],
    isMoreIndexed?: boolean,
  ): void;
  /** An object is asked. */
  readsSite(site: Site): void;
  /** An object is changed. */
  writesSite(site: Site, how: Access["how"]): void;
  /** A value is put into an object, under names that are not known. */
  grow(site: Site, what: "content" | "keys", given: Value): void;
  /** The same, under a name. */
  growProperty(site: Site, name: string, given: Value): void;
  /** Marks what is in an array as ordered by the names of elements. */
  ordersByName(site: Site): void;
  /** An object that an expression makes. */
  newSite(kind: Site["kind"], node: AnyNode | undefined, more?: string): Site;
  /** An array of what is in lists. */
  arrayOf(node: AnyNode | undefined, content: Value, isByName: boolean, its?: ArrayIs): Value;
  /** The same, to be gone through once. */
  iteratorOf(
    node: AnyNode | undefined,
    content: Value,
    isByName: boolean,
    more: string,
    isDistinct?: boolean,
    source?: List,
  ): Value;
  /** An array of these. */
  tuple(node: AnyNode | undefined, given: readonly Value[], more?: string): Value;
  /**
   * Goes through a list. If it is ordered by the names of elements, what is done with one must not matter to
   * what is done with the next, so that the order cannot be seen. One that may end early, by itself, must change
   * nothing at all.
   */
  through(
    list: List,
    node: AnyNode | undefined,
    body: (value: Value, position: Value) => void,
    how?: { readonly endsEarly?: boolean },
  ): void;
  /** That the run may end here. */
  fails(): void;
  /** That a value can be reached from where no more than so many walks are under way. */
  lasts(value: Value, level: number): void;
  /** Whether a walk is under way that was not when something of a level was made. */
  isInWalk(level: number): boolean;
  /** A value is called. */
  callValue(callee: Value, all: Arguments, node: AnyNode | undefined): Value;
  /** What is under a key, whatever that is. */
  member(object: Value, key: Value, node: AnyNode, isRead?: boolean): Value;
  /** What is under a name in an object that was there before. */
  outerMember(object: object, name: string | number, node: AnyNode | undefined): Value;
  /** The names that are listed of an object that was there before. */
  ownKeys(object: object, node: AnyNode | undefined): readonly string[];
  /** What a value is that was there before the function ran. */
  valueOf(value: unknown): Value;
  /** What lies in the state where a domain is. */
  valueAt(shape: Shape, from: Omit<Part, "id" | "shape">): Value;
  /** An element of a set that a variable has in it. */
  elementIn(set: IndexSet, variable: string, walk?: number): Value;
  /** Words of which these are known. */
  wordsOf(texts: readonly string[]): Value;
  /** What an object may have for names that are not known: words that were at hand, or texts. */
  keysOf(site: Site): Value;
  /** A value is used to look up what belongs to an element of a set. */
  indexes(set: IndexSet, key: Value, node: AnyNode | undefined): void;
  /** A value is put into the state where a domain is. */
  fits(value: Value, shape: Shape, variable: string, node: AnyNode | undefined): void;
  /** A variable of the state is given the values of another, each in its place. */
  copiesVariable(state: Part, from: string, to: string): void;
  /** That a variable is given what need not be of its domain: until the run ends nobody objects. */
  loosen(variable: string, kinds: number): void;
  /** The same where an element of a set belongs. */
  loosenElement(set: IndexSet, variable: string, value: Value): void;
  /** Words are made of several values. */
  joins(values: readonly Value[]): void;
  /** That there may be numbers whose sum depends on their order. */
  countsFractions(): void;
  /** Something is changed that lasts beyond the run. */
  remembers(what: Memory): void;
  /** Whether somebody has what an expression comes to. */
  isUsed(node: AnyNode | undefined): boolean;
}

/** What is known of index sets. */
export interface SetsOf {
  isExchangeable(set: IndexSet): boolean;
  /** What bounds of numbers that follow from the constants are at most. */
  readonly mostOfBounds: number;
  /** What a method of a set that the language made does; undefined for any other object or method. */
  method(
    object: object,
    name: string,
  ): ((following: Following, all: Arguments, node: AnyNode) => Value) | undefined;
}
