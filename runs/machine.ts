import type { CheckOptions, Seat } from "../checker/index.ts";
import type { Model, Module } from "../model/index.ts";
import type { News } from "./answer.ts";
import type { Protocol } from "./told/protocol.ts";
import type { CheckTask } from "./task.ts";

/** What a run is at. In all of these but "keeping" it may call functions of the spec. */
export type Phase = "instantiating" | "running" | "resuming" | "keeping" | "telling";

/** What a run has of the machine that it is on: a thread of Node.js, of a browser, of a test. */
export interface Machine {
  /** Told what the run is at. */
  enter(phase: Phase): void;
  /** Told what is known before the answer is. */
  post(news: News): void;
  /** Asked often: whether to end with what there is. */
  readonly isInterrupted: () => boolean;
  /** The most memory that was taken so far, in bytes; undefined where only what the engine itself takes is known. */
  readonly peakMemoryBytes?: (() => number) | undefined;
  /** How much of what this thread may take for objects it has taken, from 0 to 1. */
  readonly heapShare?: (() => number) | undefined;
  /** See `ModelOptions`: where another thread sees that this one is alive. */
  readonly pulse?: Int32Array | undefined;
  /** Starts a thread that helps a search; undefined where there is only one. */
  readonly startHelper?: ((seat: Seat) => void) | undefined;
  /** The modules that the protocol is written in, its own first; undefined where nobody has them. */
  modules?(): Promise<readonly Module[]>;
  /** Where checkpoints of a task, and lessons, are kept and come from. */
  keeping?(protocol: Protocol, task: CheckTask): Promise<Keeping>;
}

/** What goes from a search into a file, and from a file into a search. */
export type Keeping = (
  model: Model,
  properties: readonly string[] | undefined,
) => Pick<CheckOptions, "onCheckpoint" | "resume" | "lessons" | "onRehearsing">;
