import type {
  AuditExtent,
  EngineName,
  LivenessFacts,
  Statistics,
  Verdict,
} from "../checker/index.ts";
import { type Counterexample, counterexampleJson, traceJson } from "../counterexamples/index.ts";
import type { Model } from "../model/index.ts";
import { type Property, unlistedIn } from "../spec/index.ts";
import type { Figures, Report, ReportedLiveness } from "./report-schema.ts";

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
    // The others come only beside a violation.
    reason: verdict.kind === "incomplete" ? (verdict.reason as Report["reason"]) : undefined,
    unlisted: unlisted.length === 0 ? undefined : unlisted,
    note: verdict.note,
    grounds: verdict.grounds,
    stopped: verdict.kind === "violated" ? verdict.stopped : undefined,
    ...("property" in verdict
      ? { property: { kind: verdict.property.kind, name: verdict.property.name } }
      : {}),
    properties: properties.map(({ kind, name, status, seenFrom, cannotFail, liveness }) => {
      const trace = counterexamples.find(({ property }) => property.name === name)?.trace;
      return {
        kind,
        name,
        status,
        seenFrom,
        cannotFail,
        steps: trace?.steps.length,
        claim: claimOf(model.spec.properties[name]),
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

/** What an assertion claims, in the words of its author; undefined for any other property. */
const claimOf = (property: Property | undefined): string | undefined =>
  property !== undefined && "claim" in property ? property.claim : undefined;

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
    unchanging,
    actions,
    comparedSteps,
    rehearsedRuns,
    threads,
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
    unchanging,
    actions,
    comparedSteps,
    rehearsedRuns,
    threads,
    seconds: Math.round(seconds * 1000) / 1000,
    peakMemoryBytes,
  };
}
