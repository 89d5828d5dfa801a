export * from "./told/index.ts";
export {
  type Difference,
  differenceOf,
  isKnownWhole,
  isSameEverywhere,
} from "./difference/difference.ts";
export { otherThan, type Sides } from "./difference/aligned.ts";
export { mostDrawn, stateDrawingOf } from "./difference/state-drawing.ts";
export type { StateGraph } from "./difference/state-graph.ts";
export type { Keeping, Machine, Phase } from "./machine.ts";
export { reportOf } from "./report.ts";
export { help, run } from "./run.ts";
export { unusedWarnings } from "./warnings.ts";
export { traceIn } from "./trace-in.ts";
export {
  assertHolds,
  check,
  type CheckOptions,
  explore,
  type ExploreOptions,
  type FileRunner,
  follow,
  type FollowOptions,
  type NamedTrace,
  NotHolding,
  render,
  type RenderOptions,
  replay,
  runFilesBy,
  type RunOptions,
  type Subject,
  traceFault,
} from "./library.ts";
