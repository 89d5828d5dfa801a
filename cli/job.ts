import type { AuditExtent, EngineName, PropertyName, Seat, Statistics } from "../checker/index.ts";
import type { Story } from "../counterexamples/index.ts";
import type { Constants } from "../spec/index.ts";
import type { Bundle } from "./bundle.ts";
import type { Description } from "./describe.ts";
import type { Figures, Report, ReportedProperty } from "./report.ts";

/** What the main thread asks of a search worker; plain data. */
export interface Job {
  readonly source: Source;
  readonly task: Task;
  /** See `shared`. */
  readonly shared: SharedArrayBuffer;
  /** Of a thread that helps the one with the search. */
  readonly help?: { readonly thread: number; readonly seat: Seat };
}

/** Where the protocol comes from. */
export type Source =
  | { readonly kind: "shipped"; readonly name: string }
  | { readonly kind: "file"; readonly bundle: Bundle };

export type Task = { readonly kind: "describe" } | CheckTask | ReplayTask;

export interface CheckTask {
  readonly kind: "check";
  readonly variant?: string | undefined;
  /** Those given on the command line. */
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
  /** A trace file, as text. */
  readonly text: string;
}

/** What a search worker tells the main thread. */
export type Message =
  | { readonly kind: "started"; readonly model: ModelFacts }
  | { readonly kind: "progress"; readonly statistics: Statistics; readonly figures: Figures }
  /** A search is over, and what it found has still to be told. */
  | ({ readonly kind: "searched" } & Found)
  /** A search has become large enough for another thread. */
  | { readonly kind: "help wanted"; readonly seat: Seat }
  /** A thread that helped is not needed any more. */
  | { readonly kind: "helped" }
  /** A checkpoint was written, or why it was not. */
  | { readonly kind: "kept"; readonly failure?: string | undefined }
  | Answer;

/** What a search found, without traces. */
export interface Found {
  readonly properties: readonly ReportedProperty[];
  readonly figures: Figures;
}

/** What can be said of a run whose worker dies. */
export interface ModelFacts {
  readonly protocol: string;
  readonly constants: Constants;
  /** The instance by its name: see `instanceText`. */
  readonly title: string;
  readonly properties: readonly PropertyName[];
  /** See `Model.places`; none while the model is being built. */
  readonly places: readonly string[];
}

export type Answer =
  | { readonly kind: "description"; readonly description: Description }
  | ReportAnswer
  | { readonly kind: "replayed"; readonly outcome: ReplayOutcome }
  | Fault;

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
}

export type ReplayOutcome =
  | { readonly kind: "violates"; readonly story: Story }
  | { readonly kind: "no longer violates"; readonly why: string }
  | { readonly kind: "no longer fits"; readonly step: number; readonly why: string };

/** An error, by whose fault it is. */
export interface Fault {
  readonly kind: "fault";
  readonly of: "spec" | "command line" | "hintproof";
  readonly message: string;
  readonly stack?: string | undefined;
  /** Not a bug after all: the report could not be written. */
  readonly isWriting?: boolean | undefined;
}

/** The numbers that both threads see: the positions in the shared list. */
export const shared = {
  /** `Model.pulse`: calls of the spec's functions, and the place of the last. */
  pulse: 0,
  place: 1,
  /** Set by the main thread to end the search early. */
  interrupt: 2,
  /** What the worker is at; see `phase`. */
  phase: 3,
  length: 4,
  /** Behind these: a pulse and a place for each thread that helps. */
  perHelper: 2,
} as const;

/** Where the pulse and the place of a thread are: 0 is the search, the others help it. */
export function pulseOf(numbers: Int32Array, thread: number): Int32Array {
  const at = thread === 0 ? shared.pulse : shared.length + shared.perHelper * (thread - 1);
  return numbers.subarray(at, at + shared.perHelper);
}

/** What the worker is at. In the phases "loading" to "telling", and "resuming", it may call the user's functions. */
export const phase = {
  starting: 0,
  loading: 1,
  instantiating: 2,
  running: 3,
  /** The search is over; what it found is shortened, explained and told. */
  telling: 4,
  finishing: 5,
  /** A checkpoint is being read or written. */
  keeping: 6,
  /** A search takes up what was kept, and comes further by a little, for which no time counts. */
  resuming: 7,
} as const;
