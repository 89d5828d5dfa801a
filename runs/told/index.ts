/** What is said of protocols, tasks and answers: plain data and text. Nothing here runs anything, or loads what does. */
export type {
  Answer,
  DescriptionAnswer,
  DomainSize,
  Fault,
  FollowAnswer,
  FollowOutcome,
  Found,
  GraphAnswer,
  ModelFacts,
  News,
  ReplayAnswer,
  ReplayOutcome,
  ReportAnswer,
  RunFigures,
  WalkAnswer,
} from "../answer.ts";
export type {
  FailedRow,
  Figures,
  Judgement,
  Report,
  ReportedLiveness,
  ReportedProperty,
  ReportRow,
} from "../report-schema.ts";
export type {
  CheckTask,
  DescribeTask,
  FollowTask,
  GraphTask,
  OfUnused,
  RandomOptions,
  ReplayTask,
  Task,
  WalkTask,
} from "../task.ts";
export {
  type ActionDescription,
  describe,
  type Description,
  type PropertyDescription,
  type VariantDescription,
} from "./describe.ts";
export {
  type Estimate,
  estimateOf,
  extrapolated,
  type Ladder,
  type Measured,
  type Range,
} from "./estimate.ts";
export { outcomeText, unmet } from "./expectation.ts";
export {
  type DifferenceFound,
  differenceText,
  type PropertyDifference,
  propertyDifferences,
} from "./difference-text.ts";
export { followText } from "./follow-text.ts";
export {
  defaultsOf,
  exportedBy,
  isSpec,
  isVariant,
  type Protocol,
  specOf,
  unknown,
} from "./protocol.ts";
export {
  auditedWhole,
  constantsText,
  costLine,
  safetyLine,
  grouped,
  isAuditedWhole,
  megabytes,
  plural,
  reportText,
  verdictLine,
} from "./report-text.ts";
export type { Functions, HelperDescription } from "./reading.ts";
export { NoProtocol, UsageError } from "./usage-error.ts";
