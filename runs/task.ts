import type { AuditExtent, EngineName } from "../checker/index.ts";
import type { Constants } from "../spec/index.ts";

/** What is asked about a protocol; plain data, the same on every machine. */
export type Task = { readonly kind: "describe" } | CheckTask | ReplayTask;

export interface CheckTask {
  readonly kind: "check";
  /** If left out, the one that a file exports by default, or the protocol itself. */
  readonly variant?: string | undefined;
  /** Whether the protocol itself is meant, even where a file exports a variant by default. */
  readonly itself?: boolean | undefined;
  /** Those that are given; the others are as the protocol has them. */
  readonly constants: Constants;
  readonly properties?: readonly string[] | undefined;
  /** Whether to stop at the first violation. */
  readonly untilFirst: boolean;
  /** Whether to tell the stories of all violations, or only of the first. */
  readonly traces: boolean;
  readonly symmetry: boolean;
  readonly trustSymmetry: boolean;
  readonly liveness: boolean;
  readonly unfair: readonly string[];
  readonly neededFairness: boolean;
  /** Whether to find the worst case of each `within`; of all of them, if no properties are named. */
  readonly worstCases: boolean;
  readonly engine: EngineName;
  readonly audit: AuditExtent;
  /** At most so many threads. */
  readonly workers: number;
  readonly memoryBytes?: number | undefined;
  /** The file to keep checkpoints in, and the one to go on from. */
  readonly checkpoint?: string | undefined;
  readonly resume?: string | undefined;
  readonly maxStates?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  /** Random exploration instead of every state. */
  readonly random?: RandomOptions | undefined;
}

export interface RandomOptions {
  readonly runs?: number | undefined;
  readonly steps?: number | undefined;
  readonly seed?: number | undefined;
  readonly path?: string | undefined;
}

export interface ReplayTask {
  readonly kind: "replay";
  /** A trace file as text, of which `traceIn` has seen that it is one. */
  readonly text: string;
}
