import type { CheckTask } from "../runs/told/index.ts";

/** The options of `check`: what is asked, as a task has it, and how it is answered. */
export interface CheckOptions
  extends Omit<CheckTask, "kind" | "itself" | "worstCases" | "unused">,
    PrintOptions {
  readonly strict?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly updateRecord?: boolean | undefined;
}

/** The options of `bound`. */
export type BoundOptions = Omit<CheckOptions, "liveness" | "properties">;

/** The options that say what is printed, and where. */
export interface PrintOptions {
  readonly format: "text" | "json";
  readonly output?: string | undefined;
  readonly color: boolean;
  readonly quiet?: boolean | undefined;
  readonly ghosts?: boolean | undefined;
  readonly trace?: string | undefined;
  readonly statistics?: boolean | undefined;
  readonly stack?: boolean | undefined;
  /** Seconds. */
  readonly stepTimeout: number;
}

export interface ReplayOptions extends PrintOptions {
  readonly spec?: string | undefined;
  readonly property?: string | undefined;
}
