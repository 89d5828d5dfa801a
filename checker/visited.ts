import type { Digits, Packing } from "../model/index.ts";

/** The states met so far, whole (no hashes), each with the step by which it was first met. */
export interface Visited {
  readonly size: number;
  has(digits: Digits): boolean;
  idOf(digits: Digits): number | undefined;
  /** Adds a state; its number if it is new, otherwise undefined. */
  add(digits: Digits, parent: number, step: number): number | undefined;
  keyOf(id: number): string;
  digitsOf(id: number): Digits;
  parentOf(id: number): number;
  stepOf(id: number): number;
}

/** The largest number of entries that a `Map` of this JavaScript engine takes. */
export const mostStates = 2 ** 24 - 1;

/** An empty set of states. */
export function visitedStates(packing: Packing): Visited {
  const ids = new Map<string, number>();
  const keys: string[] = [];
  const parents: number[] = [];
  const steps: number[] = [];
  return {
    get size() {
      return keys.length;
    },
    has: (digits) => ids.has(packing.pack(digits)),
    idOf: (digits) => ids.get(packing.pack(digits)),
    add: (digits, parent, step) => {
      const key = packing.pack(digits);
      if (ids.has(key)) return undefined;
      const id = keys.push(key) - 1;
      ids.set(key, id);
      parents.push(parent);
      steps.push(step);
      return id;
    },
    keyOf: (id) => keys[id] as string,
    digitsOf: (id) => packing.unpack(keys[id] as string),
    parentOf: (id) => parents[id] as number,
    stepOf: (id) => steps[id] as number,
  };
}
