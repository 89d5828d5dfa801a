export { type Counterexample, counterexampleOf } from "./counterexample.ts";
export { minimise } from "./minimise.ts";
export { reasonOf } from "./reason.ts";
export {
  instanceText,
  type Paint,
  type PaintRole,
  type RenderOptions,
  renderText,
} from "./render-text.ts";
export { type Replay, replay } from "./replay.ts";
export {
  fromFile,
  type StateJson,
  stateJson,
  toFile,
  type TraceFile,
  TraceFileError,
  type TraceFileStep,
  type TraceJson,
  traceJson,
} from "./trace-file.ts";
