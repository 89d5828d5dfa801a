import { type Effect, show } from "../../spec/index.ts";

/** What an author says of something, in lines as they are laid out in a comment. */
export type Meaning = readonly string[];

// biome-ignore lint/suspicious/noExplicitAny: whatever it takes
export type AnyFunction = (...all: any[]) => unknown;

/** Where an author wrote something; line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How what a protocol is written with is read: its functions, and the comments of its authors. */
export interface Reading {
  /** What an effect is written to answer: texts, and whether there may be more. */
  answers(effect: Effect): { readonly texts: readonly string[]; readonly isMore: boolean };
  /** What a function uses from outside, by the names that it has there. */
  uses(its: AnyFunction): readonly { readonly name: string; readonly value: unknown }[];
  readonly comments: {
    readonly about: Meaning | undefined;
    meaningOf(
      what: "constant" | "variable" | "set" | "action or claim",
      name: string,
    ): Meaning | undefined;
    /** Of an action or a claim. */
    placeOf(name: string): Place | undefined;
    ofFunction(
      its: AnyFunction,
      name: string,
    ): { readonly meaning: Meaning | undefined } | undefined;
  };
}

/** Where nothing is read. */
export const unread: Reading = {
  answers: () => ({ texts: [], isMore: true }),
  uses: () => [],
  comments: {
    about: undefined,
    meaningOf: () => undefined,
    placeOf: () => undefined,
    ofFunction: () => undefined,
  },
};

/** Condition and effect, or the predicates of a property, as they are written: role and lines of source text. */
export type Functions = Readonly<Record<string, readonly string[]>>;

/** What stands in functions and is declared outside of them. */
export interface Outside {
  /** The positions, in the list of all helpers, of those that are called, and of those which these call. */
  readonly helpers: readonly number[];
  /** Texts, numbers and the like, by the names that they have there. */
  readonly values: Readonly<Record<string, string>>;
}

/** A function of the protocol's author that others call. */
export interface HelperDescription extends Outside {
  readonly name: string;
  readonly meaning?: Meaning | undefined;
  readonly lines: readonly string[];
}

/** Collects the helpers that functions call, each once. */
export class Helpers {
  readonly #reading: Reading;
  readonly #positions = new Map<AnyFunction, number>();
  readonly #described: HelperDescription[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** What functions use, and what they call uses. */
  of(functions: readonly AnyFunction[]): Outside {
    const values = new Map(functions.flatMap((its) => this.#valuesOf(its)));
    const found = new Set<number>();
    for (const its of functions) this.#follow(its, found);
    return { helpers: [...found], values: Object.fromEntries(values) };
  }

  all(): readonly HelperDescription[] {
    return this.#described;
  }

  #follow(its: AnyFunction, found: Set<number>): void {
    for (const { name, value } of this.#reading.uses(its)) {
      if (typeof value !== "function") continue;
      const helper = value as AnyFunction;
      const written = this.#reading.comments.ofFunction(helper, name);
      if (written === undefined) continue;
      const position = this.#positionOf(helper, name, written.meaning);
      if (found.has(position)) continue;
      found.add(position);
      this.#follow(helper, found);
    }
  }

  #positionOf(helper: AnyFunction, name: string, meaning: Meaning | undefined): number {
    const known = this.#positions.get(helper);
    if (known !== undefined) return known;
    const position = this.#described.length;
    this.#positions.set(helper, position);
    const helpers: number[] = [];
    const values = Object.fromEntries(this.#valuesOf(helper));
    this.#described.push({ name, meaning, lines: linesOf(helper), values, helpers });
    const called = new Set<number>();
    this.#follow(helper, called);
    called.delete(position);
    helpers.push(...called);
    return position;
  }

  #valuesOf(its: AnyFunction): readonly (readonly [string, string])[] {
    return this.#reading
      .uses(its)
      .filter(({ value }) => (Array.isArray(value) ? value.every(isPlain) : isPlain(value)))
      .map(({ name, value }) => [name, show(value)]);
  }
}

const isPlain = (value: unknown): boolean =>
  ["string", "number", "boolean"].includes(typeof value) || value === undefined;

export const textOf = (its: AnyFunction): string => Function.prototype.toString.call(its);

/** The lines of a function as if it stood at the left margin. */
export function linesOf(its: AnyFunction): readonly string[] {
  const [first = "", ...rest] = textOf(its).split("\n");
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const least = Math.min(...indents);
  return [first, ...rest.map((line) => line.slice(least))];
}
