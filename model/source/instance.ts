import { nothing, type Site, type Value, type Variable } from "./value.ts";

/** A reading or changing of something that lasts longer than one element of a walk. */
export interface Access {
  /** "state x" for a variable of the state, "local 7", "object 9". */
  readonly what: string;
  readonly how: "reads" | "writes" | "adds" | "appends";
  /** What is written, if it is a literal. */
  readonly literal: string | undefined;
  /** See `Part`. */
  readonly walks: readonly number[];
  readonly isIndexed: boolean;
  /** How many walks were under way where it was declared or made. */
  readonly level: number;
  /** The instance whose it is, of a variable or an object. */
  readonly owner?: number;
  /** That variable, or object. */
  readonly its?: Variable | Site;
}

/** A function as it is called with values of which the same is known, and what comes of it. */
export interface Instance {
  readonly id: number;
  result: Value;
  /** The instances whose variables or objects it changes, 0 for what lasts beyond the run. */
  readonly changes: Set<number>;
  readonly accesses: Map<string, Access>;
  /** The pass in which it was looked at last. */
  pass: number;
  /** How many walks were under way when it was called. */
  walks: number;
  /** Whether it is being followed. */
  isRunning: boolean;
  /** Whether it may end the run. */
  mayThrow: boolean;
}

export const newInstance = (id: number): Instance => ({
  id,
  result: nothing,
  changes: new Set(),
  accesses: new Map(),
  pass: 0,
  walks: 0,
  isRunning: false,
  mayThrow: false,
});
