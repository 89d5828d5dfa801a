export {
  type Checkpoint,
  type CheckOptions,
  check,
  type EngineName,
  type Seat,
} from "./check.ts";
export { help } from "./compiled/search.ts";
export { concerns, failingChoice, isDecided } from "./judge.ts";
export type { Limits } from "./limits.ts";
export { type ExploreOptions, explore, type RandomVerdict } from "./random.ts";
export type {
  ActionFigures,
  IncompleteReason,
  PropertyName,
  PropertyResult,
  PropertyStatus,
  Statistics,
  Trace,
  TraceStep,
  Verdict,
} from "./verdict.ts";
