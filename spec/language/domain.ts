import type { Index, IndexSet, Size } from "./index-set.ts";
import { kindOf, made, nested, recordOf } from "./made.ts";
import { isStandIn, orStandIn, placed, standingIn } from "./mistakes.ts";
import { show } from "./shown.ts";
import { SpecError } from "./spec-error.ts";

declare const value: unique symbol;

/**
 * The set of values that a variable may take. `Read` is what a condition sees, `Write` what an effect
 * changes, `C` the constants that its bounds need. The first value of a domain is where a variable
 * starts: the first word, the smallest number, the empty sequence, the empty subset, "none".
 */
export interface Domain<Read = unknown, Write = Read, C = never> {
  readonly kind: "domain";
  readonly shape: Shape;
  /** Bookkeeping of the proof, not of the protocol; traces can hide it. */
  readonly isGhost: boolean;
  /** The variables whose values it keeps; undefined for any but what `saved` comes to. */
  readonly saves?: readonly string[] | undefined;
  readonly [value]?: { readonly read: Read; readonly write: Write; needs(constants: C): void };
}

/** What a domain is made of. */
export type Shape =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "whole"; readonly min: Size<never>; readonly max: Size<never> }
  | { readonly kind: "index"; readonly set: IndexSet }
  | { readonly kind: "each"; readonly set: IndexSet; readonly of: Shape }
  | {
      readonly kind: "record";
      readonly fields: Readonly<Record<string, Shape>>;
      /** Of messages: the fields that each kind has beside its kind. */
      readonly kinds?: Readonly<Record<string, readonly string[]>> | undefined;
    }
  | { readonly kind: "sequence"; readonly of: Shape; readonly max: Size<never> }
  | { readonly kind: "subset"; readonly set: IndexSet }
  | {
      readonly kind: "optional";
      readonly of: Shape;
      /** Whether it is a field that not all kinds of a message have, and is left out rather than "none". */
      readonly isLeftOut?: boolean | undefined;
    };

/** A domain, or an index set standing for its elements. */
export type AnyDomain = Domain | IndexSet;

type Exactly<T> = T extends IndexSet<infer Name> ? Index<Name> : never;
export type ReadOf<D> = D extends Domain<infer Read, infer _W, infer _C> ? Read : Exactly<D>;
export type WriteOf<D> = D extends Domain<infer _R, infer Write, infer _C> ? Write : Exactly<D>;
/** The constants that a domain's bounds need. */
export type NeedsOf<D> =
  D extends Domain<infer _R, infer _W, infer C>
    ? C
    : D extends IndexSet<infer _N, infer C>
      ? C
      : never;

/** One value for each element of an index set. */
export type PerIndex<Name extends string, T> = { readonly [element in Index<Name>]: T } & Elements<
  Index<Name>,
  T
>;
export type MutablePerIndex<Name extends string, T> = { [element in Index<Name>]: T } & Elements<
  Index<Name>,
  T
>;

/** What an array offers for reading, with the index typed. */
export interface Elements<I, T> {
  readonly length: number;
  every(test: (value: T, index: I) => boolean): boolean;
  some(test: (value: T, index: I) => boolean): boolean;
  filter(test: (value: T, index: I) => boolean): T[];
  find(test: (value: T, index: I) => boolean): T | undefined;
  map<U>(change: (value: T, index: I) => U): U[];
  flatMap<U>(change: (value: T, index: I) => readonly U[] | U): U[];
  forEach(visit: (value: T, index: I) => void): void;
  reduce<U>(step: (sum: U, value: T, index: I) => U, start: U): U;
  includes(value: T): boolean;
  entries(): IterableIterator<[I, T]>;
  keys(): IterableIterator<I>;
  [Symbol.iterator](): IterableIterator<T>;
}

/** A domain of a shape or, where that cannot be told, one that stands in for it. */
function domain<Read, Write, C>(make: () => Shape, isGhost = false): Domain<Read, Write, C> {
  const shape = orStandIn(
    () => {
      const its = make();
      return nested("A domain", its, partsOf(its));
    },
    (): Shape => ({ kind: "words", words: [] }),
  );
  if (partsOf(shape).some(isStandIn)) standingIn(shape);
  return placed(made("domain", { kind: "domain", shape, isGhost }));
}

const partsOf = (shape: Shape): readonly Shape[] =>
  shape.kind === "record" ? Object.values(shape.fields) : "of" in shape ? [shape.of] : [];

/** Alternatives in words; the first is where the variable starts. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  ...words: Words
): Domain<Words[number], Words[number], unknown> {
  return domain(() => {
    const other = words.find((word: unknown) => typeof word !== "string");
    if (words.length === 0 || other !== undefined) {
      throw new SpecError(
        `oneOf(...) takes one word or more, and got ${words.length === 0 ? "none" : show(other)}.`,
      );
    }
    return { kind: "words", words };
  });
}

/** Whole numbers from `min` to `max`, both included. */
export function range<C = unknown>(min: Size<C>, max: Size<C>): Domain<number, number, C> {
  return domain(() => ({ kind: "whole", min: min as Size<never>, max: max as Size<never> }));
}

/** One value for each element of an index set. */
export function each<Name extends string, C, D extends AnyDomain>(
  set: IndexSet<Name, C>,
  of: D,
): Domain<PerIndex<Name, ReadOf<D>>, MutablePerIndex<Name, WriteOf<D>>, C & NeedsOf<D>> {
  return domain(() => ({ kind: "each", set: setOf("each", set), of: shapeOf(of) }));
}

/** Several values under names. */
export function record<Fields extends Readonly<Record<string, AnyDomain>>>(
  fields: Fields,
): Domain<
  { readonly [name in keyof Fields]: ReadOf<Fields[name]> },
  { [name in keyof Fields]: WriteOf<Fields[name]> },
  IntersectionOf<{ [name in keyof Fields]: NeedsOf<Fields[name]> }[keyof Fields]>
> {
  return domain(() => {
    const shapes = Object.entries(recordOf("What record(...) is given", fields)).map(
      ([name, field]) => [name, shapeOf(field as AnyDomain)] as const,
    );
    return { kind: "record", fields: Object.fromEntries(shapes) };
  });
}

/** A kind of message with its fields, read or written. */
type MessageOf<Kinds, How extends "read" | "write"> = {
  [kind in keyof Kinds]: { readonly kind: kind } & (How extends "read"
    ? { readonly [name in keyof Kinds[kind]]: ReadOf<Kinds[kind][name]> }
    : { [name in keyof Kinds[kind]]: WriteOf<Kinds[kind][name]> });
}[keyof Kinds];

/** Messages of several kinds, each with fields of its own; what `kind` says tells which they are. */
export function message<
  Kinds extends Readonly<Record<string, Readonly<Record<string, AnyDomain>>>>,
>(
  kinds: Kinds,
): Domain<
  MessageOf<Kinds, "read">,
  MessageOf<Kinds, "write">,
  IntersectionOf<
    {
      [kind in keyof Kinds]: {
        [name in keyof Kinds[kind]]: NeedsOf<Kinds[kind][name]>;
      }[keyof Kinds[kind]];
    }[keyof Kinds]
  >
> {
  return domain(() => messageShape(recordOf("What message(...) is given", kinds)));
}

function messageShape(kinds: Readonly<Record<string, unknown>>): Shape {
  const all = Object.keys(kinds);
  if (all.length === 0) throw new SpecError("message(...) is given no kind of message.");
  const names: Record<string, readonly string[]> = {};
  const fields: Record<string, Shape> = { kind: { kind: "words", words: all } };
  for (const kind of all) {
    const its = recordOf(`message(...): ${kind}`, kinds[kind]);
    names[kind] = Object.keys(its);
    for (const [name, of] of Object.entries(its)) {
      if (name === "kind") {
        throw new SpecError(
          `message(...): ${kind} has a field called kind, which says what it is.`,
        );
      }
      if (name in Object.prototype) {
        throw new SpecError(
          `message(...): ${kind} has a field called ${name}, which every object has; give it another name.`,
        );
      }
      const shape = shapeOf(of as AnyDomain);
      const known = fields[name];
      if (known !== undefined && !isStandIn(shape) && !isSameShape(known, shape)) {
        throw new SpecError(
          `message(...): ${name} of ${kind} has another domain than that of another kind; give it another name.`,
        );
      }
      fields[name] = known ?? shape;
    }
  }
  for (const [name, of] of Object.entries(fields)) {
    if (name === "kind" || all.every((kind) => names[kind]?.includes(name))) continue;
    fields[name] = nested("A domain", { kind: "optional", of, isLeftOut: true }, [of]);
  }
  return { kind: "record", fields, kinds: names };
}

/** Whether two shapes have the same values; functions that bound them must be the same ones. */
function isSameShape(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (kindOf(one) === "index set" || kindOf(other) === "index set") return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => isSameShape(Reflect.get(one, name), Reflect.get(other, name)))
  );
}

type IntersectionOf<Union> = (Union extends unknown ? (union: Union) => void : never) extends (
  intersection: infer I,
) => void
  ? I
  : never;

/** A list whose order matters, of at most `max` values; more is a `SpecError`. */
export function sequence<D extends AnyDomain, C = unknown>(
  of: D,
  max: Size<C>,
): Domain<readonly ReadOf<D>[], WriteOf<D>[], C & NeedsOf<D>> {
  return domain(() => ({ kind: "sequence", of: shapeOf(of), max: max as Size<never> }));
}

/** Any subset of an index set, as a `Set`. */
export function subset<Name extends string, C>(
  set: IndexSet<Name, C>,
): Domain<ReadonlySet<Index<Name>>, Set<Index<Name>>, C> {
  return domain(() => ({ kind: "subset", set: setOf("subset", set) }));
}

/** A value, or "none", which is where the variable starts. */
export function optional<D extends AnyDomain>(
  of: D,
): Domain<ReadOf<D> | "none", WriteOf<D> | "none", NeedsOf<D>> {
  return domain(() => ({ kind: "optional", of: shapeOf(of) }));
}

/** Marks a variable as bookkeeping of the proof that the real system does not have. */
export function ghost<D extends AnyDomain>(of: D): Domain<ReadOf<D>, WriteOf<D>, NeedsOf<D>> {
  return domain(() => shapeOf(of), true);
}

/** Further words for a variable that is there; see `also`. */
export interface Also<Words extends string = string> {
  readonly kind: "also";
  readonly words: readonly Words[];
}

/** In the state of a variant: further words of a variable of the base, or of each value in it. */
export function also<const Words extends readonly [string, ...string[]]>(
  ...words: Words
): Also<Words[number]> {
  oneOf(...words); // refuses what are no words
  return made("also", { kind: "also", words });
}

/** A domain as that of a variable that keeps what others were. */
export const savedIn = (its: Domain, saves: readonly string[]): Domain =>
  made("domain", { ...its, saves });

/** A domain with further words behind its own; undefined if it has none, or has them inside a record or a sequence. */
export function widened({ shape, isGhost }: Domain, more: readonly string[]): Domain | undefined {
  const of = widenedShape(shape, more);
  return of && domain(() => of, isGhost);
}

function widenedShape(shape: Shape, more: readonly string[]): Shape | undefined {
  if (shape.kind === "words") return { kind: "words", words: [...shape.words, ...more] };
  if (shape.kind !== "each" && shape.kind !== "optional") return undefined;
  const of = widenedShape(shape.of, more);
  return of && { ...shape, of };
}

/** The words that `widened` adds to. */
export function wordsIn(shape: Shape): readonly string[] {
  if (shape.kind === "words") return shape.words;
  return shape.kind === "each" || shape.kind === "optional" ? wordsIn(shape.of) : [];
}

/** The shape of a domain, or of an index set's elements. */
export function shapeOf(of: AnyDomain): Shape {
  const kind = kindOf(of);
  if (kind === "saved") {
    throw new SpecError("saved(...) is a variable of its own, and stands in no other domain.");
  }
  if (kind !== "domain" && kind !== "index set") {
    throw new SpecError(
      "A variable, a value or a choice is neither a domain, such as oneOf(...), nor an index set.",
    );
  }
  return of.kind === "domain" ? of.shape : { kind: "index", set: of };
}

/** An index set as it is. Throws `SpecError` for anything else; `word` is what it was given to. */
export function setOf<Set extends IndexSet>(word: string, set: Set): Set {
  if (kindOf(set) === "index set") return set;
  throw new SpecError(
    `${word}(...) is given ${kindOf(set) === "domain" ? "a domain" : show(set)}, not an index set, such as ordered(...).`,
  );
}

/** A domain as it is, or the elements of an index set as one. */
export function domainOf(of: AnyDomain): Domain {
  return kindOf(of) === "domain" ? (of as Domain) : domain(() => shapeOf(of));
}
