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
  /** Of a table: which part of it is made here. */
  readonly shard?: string | undefined;
}

/** The options of `bound`. */
export type BoundOptions = Omit<CheckOptions, "liveness" | "properties">;

/** The options that say what is printed, and where. */
export interface PrintOptions {
  readonly format: StoryFormat | "json" | "html";
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
export const storyFormats = ["chart", "text", "json", "itf", "mermaid", "dot"] as const;

/** And one that goes on in the protocol of the day: a test. */
export const replayFormats = [...storyFormats, "vitest"] as const;

/** The options of `gate`. */
export interface GateOptions
  extends Pick<PrintOptions, "output" | "color" | "quiet" | "stack" | "stepTimeout"> {
  readonly shard?: string | undefined;
  readonly neededFairness?: boolean | undefined;
  readonly manifest?: string | undefined;
  readonly update?: boolean | undefined;
  readonly format: (typeof gateFormats)[number];
  readonly workers?: number | undefined;
}

/** The options of `estimate`. */
export interface EstimateOptions
  extends Pick<PrintOptions, "stack" | "stepTimeout">,
    Pick<
      CheckTask,
      "variant" | "constants" | "memoryBytes" | "maxStates" | "timeoutSeconds" | "liveness"
    > {
  readonly format: "text" | "json";
}

/** The options of `init`. */
export interface InitOptions extends Pick<PrintOptions, "color" | "stack" | "stepTimeout"> {
  readonly format: "text" | "json";
}

/** In which forms the gate says what came of it. */
export const gateFormats = [
  "text",
  "json",
  "junit",
  "github",
  "gitlab",
  "sarif",
  "ktap",
  "lines",
] as const;

/** The options of `merge`. */
export interface MergeOptions extends Pick<PrintOptions, "output" | "color" | "stack"> {
  readonly format: (typeof gateFormats)[number];
}

/** The options of `watch`. */
export interface WatchOptions
  extends Pick<PrintOptions, "color" | "stack" | "stepTimeout" | "ghosts">,
    Pick<CheckTask, "constants" | "variant" | "properties" | "timeoutSeconds" | "liveness"> {
  readonly format: StoryFormat | "json";
}

/** The options of `diff`. */
export interface DiffOptions
  extends Omit<PrintOptions, "format" | "output" | "trace" | "statistics">,
    Pick<CheckTask, "constants" | "maxStates" | "timeoutSeconds" | "liveness"> {
  readonly format: StoryFormat | "json";
}

/** How the states of an instance are drawn. */
export const graphFormats = ["dot", "json"] as const;

/** The options of `graph`. */
export interface GraphOptions
  extends Pick<PrintOptions, "stack" | "stepTimeout">,
    Pick<CheckTask, "variant" | "constants" | "maxStates" | "timeoutSeconds"> {
  readonly format: (typeof graphFormats)[number];
  /** States that are alike in these variables are drawn as one. */
  readonly by?: readonly string[] | undefined;
}

/** The options of `follow`. */
export interface FollowOptions
  extends Omit<PrintOptions, "format">,
    Pick<CheckTask, "variant" | "constants" | "maxStates" | "timeoutSeconds"> {
  readonly format: (typeof storyFormats)[number];
}

export interface ReplayOptions extends Omit<PrintOptions, "format"> {
  readonly format: (typeof replayFormats)[number];
  readonly spec?: string | undefined;
  readonly property?: string | undefined;
}

export interface ExploreOptions extends Pick<PrintOptions, "output" | "stack" | "stepTimeout"> {
  /** How it is said where the page is. */
  readonly format: "text" | "json";
  readonly constants: CheckTask["constants"];
  readonly variant?: string | undefined;
  readonly spec?: string | undefined;
  readonly property?: string | undefined;
  readonly port?: number | undefined;
}
