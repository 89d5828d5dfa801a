/**
 * The same ways as in `handed-on.ts`, used so that nothing is passed on that the answer depends on, or so that what is
 * passed on comes to the right answer wherever it is looked at. None of these may be refused.
 */
import type { Sum } from "./places.ts";

let scratch: number[] = [];
let calls = 0;

const addUp = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);
const isPositive = (value: number): boolean => value > 0;
const isAtLeast = (bound: number) => (value: number) => value >= bound;

const doubles = new Map<number, number>();

/** Remembers what it answered, which is always the same. */
function doubled(value: number): number {
  const known = doubles.get(value);
  if (known !== undefined) return known;
  const double = value * 2;
  doubles.set(value, double);
  return double;
}

let table: readonly number[] | undefined;
const squares = (): readonly number[] => {
  table ??= [0, 1, 4, 9];
  return table;
};

class Scale {
  readonly #by: number;
  constructor(by: number) {
    this.#by = by;
  }
  of(value: number): number {
    return value * this.#by;
  }
  get by(): number {
    return this.#by;
  }
}

const single = new Scale(1);

function* each(list: readonly number[]): Generator<number> {
  for (const value of list) yield value;
}

/** How many values there are of at least so much, for each so much: the sum of it all. */
const layered = (list: readonly number[], count: (bound: number) => number): number =>
  [1, 2, 3].reduce((sum, bound) => sum + (list.length > 0 ? count(bound) : 0), 0);

export const harmless: Readonly<Record<string, Sum<readonly number[]>>> = {
  "a reduction": addUp,
  "a variable beside a loop": (list) => {
    let sum = 0;
    for (const value of list) sum += value;
    return sum;
  },
  "a list beside forEach": (list) => {
    const seen: number[] = [];
    list.forEach((value) => {
      seen.push(value);
    });
    return addUp(seen);
  },
  "a list of the module that is emptied first": (list) => {
    scratch = [];
    for (const value of list) scratch.push(value);
    return addUp(scratch);
  },
  "a variable of the callback's own": (list) =>
    layered(
      list,
      (bound) =>
        list.filter((value) => {
          let isKept = false;
          isKept = value >= bound;
          return isKept;
        }).length,
    ),
  "a list of the callback's own": (list) =>
    addUp(
      list.map((value) => {
        const own: number[] = [];
        own.push(value, 0);
        return addUp(own);
      }),
    ),
  "a counter that nobody reads": (list) =>
    addUp(
      list.map((value) => {
        calls += 1;
        return value;
      }),
    ),
  "a counter that is reset, and not read": (list) => {
    calls = 0;
    return addUp(
      list.filter((value) => {
        calls++;
        return isPositive(value);
      }),
    );
  },
  "a memory of what a pure function answers": (list) =>
    addUp(list.map((value) => doubled(value))) / 2,
  "a table that is made when it is needed": (list) =>
    addUp(list.map((value) => Math.sqrt(squares()[value] ?? 0))),
  "a pure helper": (list) =>
    layered(list, (bound) => list.filter((value) => isAtLeast(bound)(value)).length),
  "a pure helper that is handed over": (list) =>
    layered(list, (bound) => list.filter(isAtLeast(bound)).length),
  "a pure bound helper": (list) => {
    const atLeast = (bound: number, value: number): boolean => value >= bound;
    return layered(list, (bound) => list.filter(atLeast.bind(null, bound)).length);
  },
  "a pure method": (list) => addUp(list.map((value) => single.of(value))),
  "a pure getter": (list) => addUp(list.map((value) => value * single.by)),
  "a pure comparator": (list) => {
    const sorted = list.toSorted((one, other) => one - other);
    return addUp(sorted);
  },
  "a pure comparator by a helper": (list) => {
    const descending = (one: number, other: number): number => other - one;
    return addUp([...list].sort((one, other) => descending(one, other)));
  },
  "a pure thisArg": (list) =>
    addUp(
      list.map(function (this: Scale, value) {
        return this.of(value);
      }, single),
    ),
  "a pure generator": (list) => addUp([...each(list)]),
  "a pure tagged template": (list) => {
    const tag = (_texts: TemplateStringsArray, value: number): number => value;
    return addUp(list.map((value) => tag`${value}`));
  },
  "an exception that is caught where it is thrown": (list) =>
    layered(
      list,
      (bound) =>
        list.filter((value) => {
          try {
            if (value >= bound) throw new RangeError("as much");
            return false;
          } catch (error) {
            return error instanceof RangeError;
          }
        }).length,
    ),
  "a promise that nobody waits for": (list) =>
    addUp(
      list.map((value) => {
        void Promise.resolve(value);
        return value;
      }),
    ),
  "a set of the function's own": (list) => {
    const seen = new Set<number>();
    list.forEach((value, at) => seen.add(at * 4 + value));
    return addUp([...seen].map((both) => both & 3));
  },
  "an object that is taken apart": (list) =>
    addUp(
      list
        .map((value, at) => ({ value, at }))
        .map(({ value, at, ...none }) => (Object.keys(none).length === 0 ? value + at - at : -1)),
    ),
  "a function made for one call": (list) =>
    addUp(
      list.map((value) =>
        (
          (one: number) => (other: number) =>
            one + other
        )(value)(0),
      ),
    ),
  "native functions": (list) => addUp(list.map(Number).map(Math.abs).filter(Boolean)),
  "some and every": (list) =>
    layered(
      list,
      (bound) =>
        list.filter((_, at) => list.some((value, place) => place === at && value >= bound)).length,
    ),
  "JSON with a pure replacer": (list) =>
    addUp(list.map((value) => Number(JSON.stringify(value, (_, inner: unknown) => inner)))),
  "a text with a pure replacement": (list) =>
    addUp(list.map((value) => Number(String(value).replace(/\d/, (digit) => `0${digit}`)))),
};
