export { idleSteps } from "./changes.ts";
export { type Counterexample, counterexampleOf } from "./counterexample.ts";
export { minimise } from "./minimise.ts";
export { firstMet, type Met, metOn } from "./met.ts";
export { changesBetween, insideOf, type Part, type Parts, partsOf, textOf } from "./parts.ts";
export { reasonOf } from "./reason.ts";
export { type Refusal, refusalOf, type Refusing } from "./refusal.ts";
export { type Replay, replay } from "./replay.ts";
export { type StateJson, stateJson } from "./state-json.ts";
export { type Story, storyOf, type Telling } from "./story.ts";
export type { Kept, Provenance, TraceFile, TraceFileStep, TraceJson } from "./kept/trace-schema.ts";
export {
  type CounterexampleJson,
  counterexampleJson,
  fileOf,
  toFile,
  TraceFileError,
  traceFileText,
  traceJson,
} from "./trace-file.ts";
export { withFewestSwitches } from "./switches.ts";
export { judgedAt } from "./violation.ts";
export { violatorOf } from "./violator.ts";
