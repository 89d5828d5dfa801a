import type { IndexSet, Shape } from "../../spec/index.ts";
import type { Origin, Written } from "./written.ts";

/** Kinds of primitive values that say nothing of names: they stay the same when elements are exchanged. */
export const number = 1;
/** A word or a truth value, but for "none". */
export const word = 2;
/** Beside `number`: it may be a length, or the product of two that are none of these. */
export const grown = 16;
/** Beside `number`: it may be as large as anything, so that to add it up loses something. */
export const large = 32;
/** Beside `number`: it may be negative, or the 0 that is. */
export const signed = 64;
/** Beside `number`: it may have been added up, of some that are not. */
export const summed = 128;
/** All that a number may be. */
export const numeric = number | grown | large | signed | summed;
/** Beside `word`: it may be true or false, which have not what texts have. */
export const truth = 256;
/** Beside `word`: it may be the name of what JavaScript's own classes have, or any text. */
export const naming = 512;
/** Undefined or null. */
export const absent = 4;
/** The word that stands for no element. */
export const noElement = 8;

/**
 * What an expression may come to, whatever the state. A value may be several of these at once.
 *
 * Of elements of exchangeable sets only the set is known, never which they are; that is the point: what
 * can be computed without knowing it treats all elements alike.
 */
export interface Value {
  /** Primitives: `number`, `word`, both or none. */
  readonly kinds: number;
  /** The one primitive that it is, if it is that and nothing else. */
  readonly literal: Literal | undefined;
  /** The exchangeable sets of which it may be an element, by name. */
  readonly elements: ReadonlySet<string>;
  /** The walk (see `Walk`) whose present element it is, if it surely is. */
  readonly walk: number | undefined;
  /** Parts of the state. */
  readonly parts: ReadonlySet<Part>;
  /** Objects that a function of the spec made in the same run. */
  readonly sites: ReadonlySet<Site>;
  /** Functions that were written in functions of the spec. */
  readonly callees: ReadonlySet<Callee>;
  /** Objects and functions that were there before. */
  readonly outer: ReadonlySet<object>;
  /** Why it may differ between states that differ by an exchange only; undefined if it does not. */
  readonly tells: string | undefined;
}

export type Literal = string | number | boolean | null | undefined;

/** A part of the state that is more than one digit. */
export interface Part {
  readonly id: number;
  readonly shape: Shape;
  /** The variable that it belongs to. */
  readonly variable: string;
  /** The indices that lead to it: of each the walk whose present element it surely is, or 0. */
  readonly walks: readonly number[];
  /** Whether an element of an exchangeable set is among the indices. */
  readonly isIndexed: boolean;
}

/** All objects that one expression makes in one function. */
export interface Site {
  readonly id: number;
  readonly kind: "array" | "object" | "set" | "map" | "match" | "error";
  /** Who made it: an instance of a function. */
  readonly owner: number;
  /** How many walks were under way when it was made, or when what it was put into was. */
  level: number;
  /** What is in an array or a set, or under the keys of an object or a map that are not known. */
  content: Value;
  /** What a map has for keys. */
  keys: Value;
  /** What is under the keys that are known. */
  readonly properties: Map<string, Value>;
  /** Of an array that is never changed and whose length is known: what is where. */
  places: Value[] | undefined;
  /** Whether the order of an array follows the names of elements. */
  isByName: boolean;
  /** Whether nothing is in it twice. */
  isDistinct: boolean;
  /**
   * Of an array that has one value for each element of a set, in their order: that set. Null for one that may be another
   * array, or was changed; undefined before it is made.
   */
  eachOf: IndexSet | null | undefined;
  /** Whether it can be gone through only once. */
  isIterator: boolean;
  /** Whether to change it is an error. */
  isFrozen: boolean;
  /** Then: what it goes through, which is read while it does, by what that is. */
  readonly sources: Map<string, List>;
  /** Whether a variable may stand for it. */
  isNamed: boolean;
  /** Whether it may have been put into the state. */
  isInState: boolean;
  /** Whether whoever called its maker may have it. */
  isHandedOut: boolean;
}

/** A function that is written in a function of the spec, with the instance whose variables it sees. */
export interface Callee {
  readonly tree: Written;
  /** The text that its `toString` answers. */
  readonly text: string;
  readonly scope: Scope;
  readonly origin: Origin;
}

/** A variable of an instance. */
export interface Variable {
  readonly id: number;
  readonly name: string;
  readonly owner: number;
  /** How many walks were under way where it was declared, or where a function that sees it went. */
  level: number;
  value: Value;
  /** Whether it has been declared by now, where the block is that it belongs to. */
  isThere: boolean;
  isConstant: boolean;
  /** Whether whoever called the function that it belongs to may have one that sees it. */
  isHandedOut: boolean;
}

/** Variables by name, in those of the block around. */
export interface Scope {
  readonly outer: Scope | undefined;
  readonly variables: Map<string, Variable>;
}

/** What can be gone through, in an order. */
export interface List {
  /** Itself, as a value. */
  readonly self: Value;
  /** Whether the order is that of the names of elements, so that it must not be seen. */
  readonly isByName: boolean;
  /** What is in it, given the walk through it. */
  valueOf(walk: number | undefined): Value;
  /** At which place that is. */
  position(walk: number | undefined): Value;
  /** Whether nothing is in it twice. */
  readonly isDistinct?: boolean;
  /** The set of which there is one value for each element, in their order. */
  readonly eachOf?: IndexSet | undefined;
  /** Of an array that is never changed: what is where. */
  readonly places?: readonly Value[];
  readonly part?: Part;
  readonly site?: Site;
}

const none: ReadonlySet<never> = new Set<never>();

export const nothing: Value = {
  kinds: 0,
  literal: undefined,
  elements: none,
  walk: undefined,
  parts: none,
  sites: none,
  callees: none,
  outer: none,
  tells: undefined,
};

export const aNumber: Value = { ...nothing, kinds: number };
/** A length of a list or a text, or a place in one. */
export const aLength: Value = { ...nothing, kinds: number | grown };
/** A word of the spec's, or true or false. */
export const aWord: Value = { ...nothing, kinds: word | noElement | truth };
/** Any text at all. */
export const aText: Value = { ...nothing, kinds: word | noElement | naming };
export const aPrimitive: Value = {
  ...nothing,
  kinds: numeric | word | absent | noElement | truth | naming,
};

const literals = new Map<Literal, Value>();

/** The value of a literal, and of a primitive that was there before. */
export function literalOf(literal: Literal): Value {
  // It is equal to 0, and not the same.
  if (Object.is(literal, -0)) return { ...nothing, kinds: kindOfNumber(-0) };
  let found = literals.get(literal);
  if (found === undefined) {
    found = { ...nothing, kinds: kindOfLiteral(literal), literal };
    literals.set(literal, found);
  }
  return found;
}

/** So large are the sums and products of plain numbers, and some of those add up without loss. */
export const mostPlain = 2 ** 16;
export const mostGrown = 2 ** 40;

/** What a number may be that is no larger than this. */
export function kindOfNumber(its: number): number {
  const size = Math.abs(its);
  const sign = its < 0 || Object.is(its, -0) ? signed : 0;
  return number | sign | (size <= mostPlain ? 0 : size <= mostGrown ? grown : grown | large);
}

/** The names under which values of JavaScript's own classes have something, whatever they are. */
export const ownNames: ReadonlySet<string> = new Set(
  [
    ...[
      Object,
      Function,
      Array,
      String,
      Number,
      Boolean,
      Set,
      Map,
      RegExp,
      Error,
      Symbol,
      BigInt,
      Date,
    ].map((its): object => its.prototype as object),
    ...[[].values(), new Set().values(), new Map().values(), ""[Symbol.iterator]()].flatMap(
      (its) => {
        const prototype = Object.getPrototypeOf(its) as object;
        return [prototype, Object.getPrototypeOf(prototype) as object];
      },
    ),
  ]
    .flatMap((its) => Object.getOwnPropertyNames(its))
    .concat("next", "return", "throw", "lastIndex", "index", "groups", "input"),
);

/** What a word may be that is this text. */
export const kindOfText = (text: string): number => (ownNames.has(text) ? word | naming : word);

function kindOfLiteral(literal: Literal): number {
  if (typeof literal === "number") return kindOfNumber(literal);
  if (literal === undefined || literal === null) return absent;
  if (typeof literal === "boolean") return word | truth;
  return literal === "none" ? noElement : kindOfText(literal);
}

export const isLiteral = (value: Value): boolean => literals.get(value.literal) === value;

export const elementOf = (set: string, walk?: number): Value => ({
  ...nothing,
  elements: new Set([set]),
  walk,
});
export const partOf = (part: Part): Value => ({ ...nothing, parts: new Set([part]) });
export const siteOf = (site: Site): Value => ({ ...nothing, sites: new Set([site]) });
export const calleeOf = (callee: Callee): Value => ({ ...nothing, callees: new Set([callee]) });
export const outerOf = (object: object): Value => ({ ...nothing, outer: new Set([object]) });
export const telling = (why: string): Value => ({ ...aPrimitive, tells: why });

const isWithin = <T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean => {
  if (one === other) return true;
  for (const each of one) if (!other.has(each)) return false;
  return true;
};

const union = <T>(one: ReadonlySet<T>, other: ReadonlySet<T>): ReadonlySet<T> => {
  if (isWithin(other, one)) return one;
  if (isWithin(one, other)) return other;
  return new Set([...one, ...other]);
};

/** What may be either. */
export function either(one: Value, other: Value): Value {
  if (one === other || isNothing(other)) return one;
  if (isNothing(one)) return other;
  return {
    kinds: one.kinds | other.kinds,
    literal: undefined,
    elements: union(one.elements, other.elements),
    walk: one.walk === other.walk ? one.walk : undefined,
    parts: union(one.parts, other.parts),
    sites: union(one.sites, other.sites),
    callees: union(one.callees, other.callees),
    outer: union(one.outer, other.outer),
    tells: one.tells ?? other.tells,
  };
}

export const anyOf = (values: Iterable<Value>): Value => {
  let result = nothing;
  for (const value of values) result = either(result, value);
  return result;
};

export const isNothing = (value: Value): boolean =>
  value === nothing ||
  (value.kinds === 0 &&
    value.elements.size === 0 &&
    value.parts.size === 0 &&
    value.sites.size === 0 &&
    value.callees.size === 0 &&
    value.outer.size === 0);

/** Whether one says no more than the other. */
export const isCovered = (one: Value, by: Value): boolean =>
  one === by ||
  isNothing(one) ||
  ((one.kinds & ~by.kinds) === 0 &&
    (isLiteral(by) ? one.literal === by.literal && isLiteral(one) : true) &&
    isWithin(one.elements, by.elements) &&
    (by.walk === undefined || by.walk === one.walk) &&
    isWithin(one.parts, by.parts) &&
    isWithin(one.sites, by.sites) &&
    isWithin(one.callees, by.callees) &&
    isWithin(one.outer, by.outer) &&
    (one.tells === undefined || by.tells !== undefined));

/** Whether it may be something that is not a primitive. */
export const mayBeObject = ({ parts, sites, callees, outer }: Value): boolean =>
  parts.size + sites.size + callees.size + outer.size > 0;

/** Without what it may be of primitives and elements. */
export const objectsOf = (value: Value): Value => ({
  ...value,
  kinds: 0,
  literal: undefined,
  elements: none,
  walk: undefined,
  tells: undefined,
});

const ids = new WeakMap<object, number>();
let nextId = 1;
/** A number for an object, the same each time. */
export function idOf(object: object): number {
  let id = ids.get(object);
  if (id === undefined) {
    id = nextId++;
    ids.set(object, id);
  }
  return id;
}

/** Equal for values of which the same is known. */
export function keyOf(value: Value): string {
  const all = (of: Iterable<object>): string =>
    [...of]
      .map(idOf)
      .toSorted((one, other) => one - other)
      .join("+");
  // Quoted, so that no text can look like what is beside it.
  const literal = isLiteral(value)
    ? `${typeof value.literal} ${JSON.stringify(String(value.literal))}`
    : "";
  return [
    value.kinds,
    literal,
    [...value.elements]
      .toSorted()
      .map((name) => JSON.stringify(name))
      .join("+"),
    value.walk ?? "",
    all(value.parts),
    all(value.sites),
    all(value.callees),
    all(value.outer),
    value.tells === undefined ? "" : "tells",
  ].join("|");
}
