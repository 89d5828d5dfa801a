export { whatCannotFail } from "./cannot-fail.ts";
export type { AuditExtent } from "./compiled/audit-share.ts";
export { check } from "./check.ts";
export { answers, concerns, judge } from "./claims.ts";
export { type Checkpoint, CheckpointError, type Searched } from "./checkpoint.ts";
export { help } from "./compiled/helper.ts";
export { NoMemory } from "./compiled/memory.ts";
export type { Grounds } from "./grounds.ts";
export { actorSteps } from "./liveness/actor-steps.ts";
export { Budget } from "./liveness/budget.ts";
export { visitComponents } from "./liveness/components.ts";
export { anyStep } from "./liveness/fairness.ts";
export type { Limits } from "./limits.ts";
export type { CheckOptions, Deciding, EngineName, LessonsKeeper, Seat } from "./options.ts";
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
