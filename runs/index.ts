export type {
  Answer,
  DescriptionAnswer,
  Fault,
  Found,
  ModelFacts,
  News,
  ReplayAnswer,
  ReplayOutcome,
  ReportAnswer,
} from "./answer.ts";
export {
  type ActionDescription,
  describe,
  type Description,
  type Functions,
  type PropertyDescription,
  type VariantDescription,
} from "./describe.ts";
export type { Keeping, Machine, Phase } from "./machine.ts";
export { outcomeText, unmet } from "./expectation.ts";
export {
  defaultsOf,
  exportedBy,
  isSpec,
  isVariant,
  type Protocol,
  specOf,
  unknown,
} from "./protocol.ts";
export { reportOf } from "./report.ts";
export type {
  FailedRow,
  Figures,
  Judgement,
  Report,
  ReportedLiveness,
  ReportedProperty,
  ReportRow,
} from "./report-schema.ts";
export {
  auditedWhole,
  constantsText,
  costLine,
  grouped,
  isAuditedWhole,
  megabytes,
  plural,
  reportText,
  verdictLine,
} from "./report-text.ts";
export { help, run } from "./run.ts";
export type { CheckTask, RandomOptions, ReplayTask, Task } from "./task.ts";
export { traceIn } from "./trace-in.ts";
export { NoProtocol, UsageError } from "./usage-error.ts";
export {
  assertHolds,
  check,
  type CheckOptions,
  explore,
  type ExploreOptions,
  type FileRunner,
  NotHolding,
  render,
  type RenderOptions,
  replay,
  type RunFigures,
  runFilesBy,
  type RunOptions,
  type Subject,
} from "./library.ts";
