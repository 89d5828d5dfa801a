export { type CheckOptions, check } from "./breadth-first.ts";
export { concerns, failingChoice, isDecided } from "./judge.ts";
export type { Limits } from "./limits.ts";
export { type ExploreOptions, explore, type RandomVerdict } from "./random.ts";
export type {
  IncompleteReason,
  PropertyName,
  PropertyResult,
  PropertyStatus,
  Statistics,
  Trace,
  TraceStep,
  Verdict,
} from "./verdict.ts";
