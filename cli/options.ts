import type { StoryFormat } from "../counterexamples/drawn/index.ts";
import type { CheckTask } from "../runs/told/index.ts";

/** The options of `check`: what is asked, as a task has it, and how it is answered. */
export interface CheckOptions
  extends Omit<CheckTask, "kind" | "itself" | "worstCases" | "unused" | "stories" | "cache">,
    PrintOptions {
  /** Whether to begin by what earlier checks have learned from. */
  readonly cache?: boolean | undefined;
  /** Whether the stories of all violations are told, or only of the first. */
  readonly traces?: boolean | undefined;
  readonly strict?: boolean | undefined;
  readonly all?: boolean | undefined;
  /** Whether a violation is shown at the smallest constants that still show it. */
  readonly smallest?: boolean | undefined;
  readonly updateRecord?: boolean | undefined;
}

/** The options of `bound`. */
export type BoundOptions = Omit<CheckOptions, "liveness" | "properties">;

/** The options that say what is printed, and where. */
export interface PrintOptions {
  readonly format: StoryFormat | "json";
  /** Of a chart. */
  readonly width?: number | undefined;
  readonly indent?: string | undefined;
  readonly output?: string | undefined;
  readonly color: boolean;
  readonly quiet?: boolean | undefined;
  readonly ghosts?: boolean | undefined;
  /** The file that is asked for; false where none is to be kept at all. */
  readonly trace?: string | false | undefined;
  readonly statistics?: boolean | undefined;
  readonly stack?: boolean | undefined;
  /** Seconds. */
  readonly stepTimeout: number;
}

/** In which forms a counterexample that was kept is told. */
export const storyFormats = ["chart", "text", "json", "itf", "mermaid"] as const;

/** The options of `gate`. */
export interface GateOptions
  extends Pick<PrintOptions, "output" | "color" | "quiet" | "stack" | "stepTimeout"> {
  readonly manifest?: string | undefined;
  readonly update?: boolean | undefined;
  readonly format: (typeof gateFormats)[number];
  readonly workers?: number | undefined;
}

/** The options of `init`. */
export type InitOptions = Pick<PrintOptions, "color" | "stack" | "stepTimeout">;

/** In which forms the gate says what came of it. */
export const gateFormats = ["text", "json", "junit", "github"] as const;

/** The options of `follow`. */
export interface FollowOptions
  extends Omit<PrintOptions, "format">,
    Pick<CheckTask, "variant" | "constants" | "maxStates" | "timeoutSeconds"> {
  readonly format: (typeof storyFormats)[number];
}

export interface ReplayOptions extends Omit<PrintOptions, "format"> {
  readonly format: (typeof storyFormats)[number];
  readonly spec?: string | undefined;
  readonly property?: string | undefined;
}

export interface ExploreOptions extends Pick<PrintOptions, "output" | "stack" | "stepTimeout"> {
  readonly constants: CheckTask["constants"];
  readonly variant?: string | undefined;
  readonly spec?: string | undefined;
  readonly property?: string | undefined;
  readonly port?: number | undefined;
}
