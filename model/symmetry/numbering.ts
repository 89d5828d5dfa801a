import type { IndexSet } from "../../spec/index.ts";

/** The elements of all sets that are exchanged, numbered through. */
export interface Numbering {
  readonly count: number;
  /** The size of each set. */
  readonly sizes: readonly number[];
  /** The number of each set's first element; -1 for an ordered set. */
  readonly first: readonly number[];
}

/** `sizes` are those of `sets`, in their order. */
export function numberingOf(sets: readonly IndexSet[], sizes: readonly number[]): Numbering {
  let count = 0;
  const first = sets.map((set, position) => {
    if (set.exchange.kind === "ordered") return -1;
    count += sizes[position] as number;
    return count - (sizes[position] as number);
  });
  return { count, sizes, first };
}

/** Where each of consecutive ranges of these lengths starts, and the last one ends. */
export function startsOf(lengths: readonly number[]): Int32Array {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, at) => {
    starts[at + 1] = (starts[at] as number) + length;
  });
  return starts;
}
