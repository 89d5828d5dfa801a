import type { CheckOptions } from "../checker/index.ts";
import type { ExploreOptions } from "../checker/random/index.ts";
import type { Constants } from "../spec/index.ts";

/** What is asked about a protocol; plain data, the same on every machine. */
export type Task = DescribeTask | CheckTask | ReplayTask | FollowTask | GraphTask | WalkTask;

/** Whether what a file declares and nobody uses is warned of, or refused; nobody looks for it if left out. */
export type OfUnused = "warned of" | "refused";

export interface DescribeTask {
  readonly kind: "describe";
  /** Whether to say what the comments in the source say, and what functions call. */
  readonly explained?: boolean | undefined;
  /** An instance of which the sizes of the domains are asked as well. */
  readonly sized?: Pick<CheckTask, "variant" | "constants"> | undefined;
  readonly unused?: OfUnused | undefined;
}

/** Of the options of a search those that are data. What they mean, and are if left out, the checker says. */
export type SearchOptions = Pick<
  CheckOptions,
  | "properties"
  | "untilFirst"
  | "trustSymmetry"
  | "liveness"
  | "unfair"
  | "neededFairness"
  | "worstCases"
  | "engine"
  | "audit"
  | "workers"
  | "memoryBytes"
  | "maxStates"
  | "timeoutSeconds"
>;

/** Of the options of random runs those that are data. */
export type RandomOptions = Pick<ExploreOptions, "runs" | "steps" | "seed" | "path">;

export interface CheckTask extends SearchOptions, RandomOptions {
  readonly kind: "check";
  /** If left out, the one that a file exports by default, or the protocol itself. */
  readonly variant?: string | undefined;
  /** Whether the protocol itself is meant, even where a file exports a variant by default. */
  readonly itself?: boolean | undefined;
  /** Another version, of which the properties that are asked and that this one does not have are taken. */
  readonly claimsOf?: Pick<CheckTask, "variant" | "itself"> | undefined;
  /** Those that are given; the others are as the protocol has them. */
  readonly constants: Constants;
  readonly unused?: OfUnused | undefined;
  /** Of which violations the stories are told; of the first if left out. */
  readonly stories?: "all" | "first" | "none" | undefined;
  /** Whether the declared symmetry is made use of. */
  readonly symmetry: boolean;
  /** The file to keep checkpoints in, and the one to go on from. */
  readonly checkpoint?: string | undefined;
  readonly resume?: string | undefined;
  /**
   * Whether to begin by runs from which an earlier check learned, and to keep those from which this one does: anew, without
   * looking at the earlier ones. Neither if left out.
   */
  readonly cache?: "kept" | "anew" | undefined;
  /** Whether runs are random, instead of exploring every state. */
  readonly random?: boolean | undefined;
}

export interface FollowTask
  extends Pick<CheckTask, "variant" | "itself" | "constants" | "maxStates" | "timeoutSeconds"> {
  readonly kind: "follow";
  /** A scenario: see `scenarioIn`. */
  readonly text: string;
  /** What it is called. */
  readonly title: string;
}

/** Asks for all that can be reached, as data: see `StateGraph`. */
export interface GraphTask
  extends Pick<CheckTask, "variant" | "itself" | "constants" | "maxStates" | "timeoutSeconds"> {
  readonly kind: "graph";
}

/** Asks for the story of a behaviour that is known: which initial state, and which of the model's steps. */
export interface WalkTask extends Pick<CheckTask, "variant" | "itself" | "constants"> {
  readonly kind: "walk";
  readonly initial: number;
  readonly steps: readonly number[];
  /** What the story says that it is, and whether it is known to be a shortest one. */
  readonly outcome: string;
  readonly isShortest: boolean;
  /** What it is called, in words. */
  readonly title: string;
}

export interface ReplayTask {
  readonly kind: "replay";
  /** A trace file as text, of which `traceIn` has seen that it is one. */
  readonly text: string;
  /** Whether its states are not looked at, only the names of its steps. */
  readonly byNames?: boolean | undefined;
}
