import type { Case, Counts } from "./cases.ts";
import type { Command, Run } from "./measure.ts";

/** Something that searches a state space. */
export interface Engine {
  readonly name: string;
  /** What its process takes before it has any state, in bytes; 0 where that is next to nothing. */
  readonly runtimeBytes: number;
  /** The programs that must be on the PATH. */
  readonly needs: readonly string[];
  /** Whether it has this instance. */
  readonly has: (its: Case) => boolean;
  /** Builds what there is to build in an empty folder; none of it is measured. */
  readonly prepare: (its: Case, folder: string, build: Build) => Promise<Command>;
  /** What a run that ended has counted; throws where the verdict is not that everything holds. */
  readonly read: (its: Run) => Partial<Counts> | GaveUp;
}

/** An engine that came to no verdict, and why. */
export interface GaveUp {
  readonly gaveUp: string;
}

export interface Build {
  /** The compiler's option; what is only counted need not be quick. */
  readonly optimisation: string | undefined;
}
