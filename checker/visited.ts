import type { Digits } from "../model/index.ts";

/** The states met so far, whole (no hashes), each with the step by which it was first met. */
export interface Visited {
  readonly size: number;
  has(digits: Digits): boolean;
  /** Adds a state; its number if it is new, otherwise undefined. */
  add(digits: Digits, parent: number, step: number): number | undefined;
  digitsOf(id: number): Digits;
  parentOf(id: number): number;
  stepOf(id: number): number;
}

/** The largest number of entries that a `Map` of this JavaScript engine takes. */
export const mostStates = 2 ** 24 - 1;

/** An empty set of states. */
export function visitedStates(): Visited {
  const ids = new Map<string, number>();
  const keys: string[] = [];
  const parents: number[] = [];
  const steps: number[] = [];
  return {
    get size() {
      return keys.length;
    },
    has: (digits) => ids.has(keyOf(digits)),
    add: (digits, parent, step) => {
      const key = keyOf(digits);
      if (ids.has(key)) return undefined;
      const id = keys.push(key) - 1;
      ids.set(key, id);
      parents.push(parent);
      steps.push(step);
      return id;
    },
    digitsOf: (id) => digitsOf(keys[id] as string),
    parentOf: (id) => parents[id] as number,
    stepOf: (id) => steps[id] as number,
  };
}

/** Digits as a string: one UTF-16 unit each, so equal strings are equal states. */
export function keyOf(digits: Digits): string {
  let key = "";
  for (let at = 0; at < digits.length; at += 4096) {
    key += String.fromCharCode(...digits.slice(at, at + 4096));
  }
  return key;
}

function digitsOf(key: string): Digits {
  const digits = new Array<number>(key.length);
  for (let at = 0; at < key.length; at++) digits[at] = key.charCodeAt(at);
  return digits;
}
