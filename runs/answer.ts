import type { Deciding, PropertyName, Statistics } from "../checker/index.ts";
import type { Met, Story } from "../counterexamples/index.ts";
import type { Constants } from "../spec/index.ts";
import type { StateGraph } from "./difference/state-graph.ts";
import type { Description } from "./told/describe.ts";
import type { FailedRow, Figures, Report, ReportedProperty } from "./report-schema.ts";

/** What a run says before it has its answer. */
export type News =
  | { readonly kind: "started"; readonly model: ModelFacts }
  | { readonly kind: "progress"; readonly statistics: Statistics; readonly figures: Figures }
  /** What was found of states and steps, before liveness is decided. */
  | ({ readonly kind: "safety" } & Found)
  /** Which liveness property is decided next. */
  | ({ readonly kind: "deciding" } & Deciding)
  /** A search is over, and what it found has still to be told. */
  | ({ readonly kind: "searched" } & Found);

/** What a search found, without traces. */
export interface Found {
  readonly properties: readonly ReportedProperty[];
  readonly figures: Figures;
}

/** What can be said of a run that does not come to an answer. */
export interface ModelFacts {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  /** The instance by its name: see `instanceText`. */
  readonly title: string;
  readonly properties: readonly PropertyName[];
  /** See `Model.places`; none while the model is being built. */
  readonly places: readonly string[];
}

/** What a task comes to, where nobody is at fault. */
export type Answer =
  | DescriptionAnswer
  | ReportAnswer
  | ReplayAnswer
  | FollowAnswer
  | GraphAnswer
  | WalkAnswer;

export interface DescriptionAnswer {
  readonly kind: "description";
  readonly description: Description;
  /** Of the instance that was asked about. */
  readonly domains?: readonly DomainSize[] | undefined;
  /** What is to be warned of in the file, a line each. */
  readonly warnings?: readonly string[] | undefined;
}

/** How many values a variable can have: two to the power of so many bits. */
export interface DomainSize {
  readonly variable: string;
  readonly bits: number;
}

/** What a run found, as data; whoever has a screen draws it. */
export interface ReportAnswer {
  readonly kind: "report";
  readonly report: Report;
  /** The instance by its name: see `instanceText`. */
  readonly title: string;
  /** Of the counterexamples, or of one of them; of the worst cases, where they were asked for. */
  readonly stories: readonly Story[];
  /** Whether the run was ended from outside, so that its figures are the last that were heard of. */
  readonly isCutOff: boolean;
  /** What is to be warned of in the same file, a line each. */
  readonly warnings?: readonly string[] | undefined;
}

export type ReplayOutcome =
  | { readonly kind: "violates"; readonly story: Story }
  | { readonly kind: "no longer violates"; readonly why: string }
  | { readonly kind: "no longer fits"; readonly step: number; readonly why: string };

export interface ReplayAnswer {
  readonly kind: "replayed";
  readonly outcome: ReplayOutcome;
}

/** What a scenario comes to. */
export interface FollowOutcome {
  readonly kind: "possible" | "not possible" | "incomplete";
  /** How many lines of it are steps, and how many of these are possible, one after the other. */
  readonly steps: number;
  readonly done: number;
  /** The states that these pass. */
  readonly story: Story;
  /** The properties that are violated on the way, and the witnesses that are met. */
  readonly met: readonly Met[];
  /** Which limit was met, where it is incomplete. */
  readonly reason?: "state limit" | "time limit" | "interrupted" | undefined;
  /** Where it is not possible. */
  readonly stop?: Stop | undefined;
}

/** The line at which a scenario is not possible any more. */
export interface Stop {
  /** From 1. */
  readonly line: number;
  /** The step that is written there. */
  readonly text: string;
  /** Why it is not possible, a sentence a line. */
  readonly lines: readonly string[];
  /** What would be, by its labels. */
  readonly possible: readonly string[];
}

export interface FollowAnswer {
  readonly kind: "followed";
  readonly outcome: FollowOutcome;
}

export interface GraphAnswer {
  readonly kind: "graph";
  readonly graph: StateGraph;
}

export interface WalkAnswer {
  readonly kind: "walked";
  readonly story: Story;
}

/** An error, by whose fault it is. */
export interface Fault {
  readonly kind: "fault";
  readonly of: FailedRow["fault"]["of"];
  readonly message: string;
  readonly stack?: string | undefined;
  /** The same as compilers print it, one for each mistake: file, line, column, what is wrong. */
  readonly lines?: readonly string[] | undefined;
  /** The file is no protocol. */
  readonly isNoProtocol?: boolean | undefined;
  /** Not a bug after all: the report could not be written. */
  readonly isWriting?: boolean | undefined;
}

/** How far a search is. */
export type RunFigures = Pick<
  Statistics,
  "distinctStates" | "generatedStates" | "depth" | "frontier" | "seconds"
>;
