import type { Lessons } from "../model/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { AuditExtent } from "./compiled/audit-share.ts";
import type { Limits } from "./limits.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How states are explored. The reference engine runs the spec's functions on every state: slow, and
 * obviously right. The compiled one learns what they do and compiles it.
 */
export type EngineName = "reference" | "compiled";

/** Of the options for memory, threads, checkpoints and audits the reference engine knows none. */
export interface CheckOptions extends Limits {
  /** Actions whose fairness is not to be relied on. */
  readonly unfair?: readonly string[] | undefined;
  /** Whether to find, for each liveness property that holds, a least set of fair actions that it needs. */
  readonly neededFairness?: boolean | undefined;
  /** Whether to find the worst case of each `within`, with a trace that attains it. */
  readonly worstCases?: boolean | undefined;
  /** Whether to decide liveness properties; true if left out. */
  readonly liveness?: boolean | undefined;
  /**
   * Whether to do without the search of all states that a symmetry which cannot be proved has to be confirmed by;
   * the verdict says what it rests on.
   */
  readonly trustSymmetry?: boolean | undefined;
  /** Judge only these properties, and stop when all of them are decided. */
  readonly properties?: readonly string[] | undefined;
  /** Stop at the depth of the first violation; other properties stay undecided. */
  readonly untilFirst?: boolean | undefined;
  /** The compiled engine if left out. */
  readonly engine?: EngineName | undefined;
  /**
   * How much memory states may take, in bytes, and for liveness the graph with what is done on it: 8 GiB if left
   * out. A search that needs more ends incomplete.
   */
  readonly memoryBytes?: number | undefined;
  /**
   * How much is judged a second time by the reference engine; a share if left out. A search beside which there
   * is another to compare it with needs none.
   */
  readonly audit?: AuditExtent | undefined;
  /** How many threads explore, with this one; one if left out. */
  readonly workers?: number | undefined;
  /**
   * Starts a thread that builds the same model and calls `help` with the seat. Called once for each worker
   * but the first, and only if the search becomes large enough to be worth it.
   */
  readonly startHelper?: ((seat: Seat) => void) | undefined;
  /**
   * Given what a later search needs to go on: now and then, before liveness is decided, and when the search
   * ends incomplete.
   */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => void) | undefined;
  /**
   * Where to go on: a checkpoint of a search of the same model, for the same properties. A search that goes on, or of
   * which checkpoints are kept, comes further by some states, or by a liveness property, before the time for it begins
   * to count.
   */
  readonly resume?: Checkpoint | undefined;
  /**
   * Where runs come from, and go to, from which searches learned what functions do. A search makes those runs itself before it
   * looks at a state, and believes nothing else: with others it takes longer, and comes to the same.
   */
  readonly lessons?: LessonsKeeper | undefined;
  /** Told when such runs begin, and when they are over. */
  readonly onRehearsing?: ((isAtWork: boolean) => void) | undefined;
  /** Told what was found of states and steps, before liveness is decided: its properties are undecided then. */
  readonly onSafety?: ((verdict: Verdict) => void) | undefined;
  /** Told which liveness property is decided next: of those that are open on a graph the first, the second, ... */
  readonly onDeciding?: ((next: Deciding) => void) | undefined;
  /** Told when a search begins, or takes up, what is kept of it, and when it has come further. */
  readonly onResuming?: ((isAtWork: boolean) => void) | undefined;
}

/** A liveness property that is about to be decided; positions count from 1. */
export interface Deciding {
  readonly name: string;
  readonly position: number;
  readonly of: number;
}

/** Keeps lessons of the searches of a check, by their names. */
export interface LessonsKeeper {
  of(search: string): Lessons | undefined;
  keep(search: string, lessons: Lessons): void;
}

/** A helper's place in a search; plain data with a shared memory in it, to be posted to its thread. */
export interface Seat {
  readonly memory: WebAssembly.Memory;
}
