export type { AuditExtent } from "./compiled/audit-share.ts";
export {
  type CheckOptions,
  check,
  type EngineName,
  type Seat,
} from "./check.ts";
export { type Checkpoint, CheckpointError, type Searched } from "./checkpoint.ts";
export { help } from "./compiled/search.ts";
export { NoMemory } from "./compiled/memory.ts";
export type { Grounds } from "./grounds.ts";
export { concerns, failingChoice } from "./judge.ts";
export { anyStep } from "./liveness/fairness.ts";
export { isLiveness } from "./liveness/parts.ts";
export type { Limits } from "./limits.ts";
export { type ExploreOptions, explore, type RandomVerdict } from "./random.ts";
export type {
  ActionFigures,
  CountFacts,
  FairAction,
  FairBecause,
  IncompleteReason,
  LassoFacts,
  LivenessFacts,
  PropertyName,
  PropertyResult,
  PropertyStatus,
  Statistics,
  Trace,
  TraceStep,
  Verdict,
  WorstFacts,
} from "./verdict.ts";
