import type {
  ActionFigures,
  AuditExtent,
  EngineName,
  Grounds,
  IncompleteReason,
  LivenessFacts,
  PropertyName,
  PropertyStatus,
  Statistics,
  Verdict,
  WorstFacts,
} from "../checker/index.ts";
import {
  type Counterexample,
  type CounterexampleJson,
  counterexampleJson,
  type TraceJson,
  traceJson,
} from "../counterexamples/index.ts";
import type { Model } from "../model/index.ts";
import { type Constants, unlistedIn } from "../spec/index.ts";

/**
 * What one run of `check` found, as `--format json` prints it; see report.schema.json. The trace is the
 * counterexample of `property`.
 */
export interface Report extends Partial<TraceJson>, Judgement {
  readonly protocol: string;
  readonly variant?: string | undefined;
  readonly constants: Constants;
  readonly engine: EngineName;
  /** Of the compiled engine: how much the reference engine was to judge as well. */
  readonly audit?: AuditExtent | undefined;
  /** Actions whose fairness was not relied on, if there are any. */
  readonly unfair?: readonly string[] | undefined;
  readonly verdict: Verdict["kind"];
  /** Why it is incomplete. */
  readonly reason?: IncompleteReason | undefined;
  /** Beside a violation: why other properties are undecided. */
  readonly stopped?: IncompleteReason | undefined;
  /** Why the search could not go on after a violation, if it could not. */
  readonly note?: string | undefined;
  /** What the answer rests on, where that is more than the search. */
  readonly grounds?: Grounds | undefined;
  /** What the file declares and does not list, so that nobody checks it. */
  readonly unlisted?: readonly string[] | undefined;
  /** The property violated first, or the one that is vacuous. */
  readonly property?: PropertyName | undefined;
  readonly properties: readonly ReportedProperty[];
  readonly statistics: Figures;
  /** Of random exploration: what repeats the run, and how many runs were made. */
  readonly seed?: number | undefined;
  readonly path?: string | undefined;
  readonly runs?: number | undefined;
  /** One for each property that is violated. */
  readonly counterexamples?: readonly CounterexampleJson[] | undefined;
}

/** Of a variant: whether it came to what is expected of it, where that is decided, and what it did not come to. */
export interface Judgement {
  readonly expected?: boolean | undefined;
  readonly differences?: readonly string[] | undefined;
}

export interface ReportedProperty extends PropertyName {
  readonly status: PropertyStatus;
  /** The length of the counterexample. */
  readonly steps?: number | undefined;
  /** Of a liveness property: what was found out beside its status. */
  readonly liveness?: ReportedLiveness | undefined;
}

export interface ReportedLiveness extends Omit<LivenessFacts, "worst"> {
  /** Of a `within`, the worst case, if that was asked for; with a trace, unless nothing has to be waited for. */
  readonly worst?: Partial<TraceJson> & Pick<WorstFacts, "kind"> & { readonly most?: number };
}

/**
 * The figures of a run. All are the same in every run but `seconds` and `peakMemoryBytes` and, with several
 * workers, `actions`.
 */
export interface Figures {
  readonly distinctStates: number;
  readonly generatedStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** Only if symmetry was reduced. */
  readonly orbits?: number | undefined;
  /** A string where it is larger than 2^53. */
  readonly unreducedStates: number | string;
  readonly auditedStates: number;
  /** States whose successors are not known: 0 if the search saw everything. */
  readonly frontier: number;
  /** How often each action was taken. */
  readonly taken: Readonly<Record<string, number>>;
  /** Of the compiled engine: what it took to learn each action. */
  readonly actions?: Readonly<Record<string, ActionFigures>> | undefined;
  /** Of the compiled engine: the steps of the audited states. */
  readonly comparedSteps?: number | undefined;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
}

/** On which terms a search was made. */
export interface SearchTerms {
  readonly variant?: string | undefined;
  readonly engine: EngineName;
  readonly audit?: AuditExtent | undefined;
  readonly unfair?: readonly string[] | undefined;
}

/** Puts a verdict into the words of a report. */
export function reportOf(
  model: Model,
  { variant, engine, audit, unfair = [] }: SearchTerms,
  verdict: Verdict & { readonly seed?: number; readonly path?: string },
  counterexamples: readonly Counterexample[],
  figures: Figures = figuresOf(verdict.statistics),
): Report {
  const { properties, statistics, seed, path } = verdict;
  const unlisted = unlistedIn(model.spec);
  const reported = counterexamples.map((one) => counterexampleJson(model, one));
  const first =
    verdict.kind === "violated"
      ? counterexamples.find(({ property }) => property.name === verdict.property.name)
      : undefined;
  return {
    protocol: model.spec.name,
    variant,
    constants: model.constants,
    engine,
    audit: engine === "reference" ? undefined : audit,
    unfair: unfair.length === 0 ? undefined : unfair,
    verdict: verdict.kind,
    reason: verdict.kind === "incomplete" ? verdict.reason : undefined,
    unlisted: unlisted.length === 0 ? undefined : unlisted,
    note: verdict.note,
    grounds: verdict.grounds,
    stopped: verdict.kind === "violated" ? verdict.stopped : undefined,
    ...("property" in verdict
      ? { property: { kind: verdict.property.kind, name: verdict.property.name } }
      : {}),
    properties: properties.map(({ kind, name, status, liveness }) => {
      const trace = counterexamples.find(({ property }) => property.name === name)?.trace;
      return {
        kind,
        name,
        status,
        steps: trace?.steps.length,
        liveness: liveness && livenessOf(liveness),
      };
    }),
    statistics: figures,
    seed,
    path,
    runs: statistics.runs,
    ...(first && traceJson(first.trace)),
    ...(reported.length === 0 ? {} : { counterexamples: reported }),
  };
}

function livenessOf({ worst, ...facts }: LivenessFacts): ReportedLiveness {
  if (worst === undefined) return facts;
  if (!("trace" in worst)) return { ...facts, worst };
  const { trace, ...its } = worst;
  return { ...facts, worst: { ...its, ...traceJson(trace) } };
}

/** The figures of a search, as plain data, and the memory that its machine took, or else what its engine did. */
export function figuresOf(
  statistics: Statistics,
  peakMemoryBytes: number = statistics.peakMemoryBytes ?? 0,
): Figures {
  const {
    distinctStates,
    generatedStates,
    transitions,
    depth,
    orbits,
    auditedStates,
    frontier,
    taken,
    actions,
    comparedSteps,
    seconds,
  } = statistics;
  const { unreducedStates } = statistics;
  const isSafe = unreducedStates <= BigInt(Number.MAX_SAFE_INTEGER);
  return {
    distinctStates,
    generatedStates,
    transitions,
    depth,
    orbits,
    unreducedStates: isSafe ? Number(unreducedStates) : unreducedStates.toString(),
    auditedStates,
    frontier,
    taken,
    actions,
    comparedSteps,
    seconds: Math.round(seconds * 1000) / 1000,
    peakMemoryBytes,
  };
}
