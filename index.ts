/** What a protocol file of your own imports, and what runs one from a program. See spec/README.md, runs/README.md. */
import { runFilesBy } from "./runs/index.ts";

runFilesBy(async (...task) => (await import("./cli/run-file.ts")).runFile(...task));

export {
  also,
  assert,
  buddies,
  declare,
  each,
  ghost,
  type Index,
  instance,
  interchangeable,
  message,
  oneOf,
  optional,
  ordered,
  type PageState,
  type Part,
  range,
  record,
  SpecError,
  saved,
  sequence,
  subset,
  variant,
} from "./spec/index.ts";
export {
  assertHolds,
  check,
  type CheckOptions,
  explore,
  type ExploreOptions,
  follow,
  type FollowOptions,
  type FollowOutcome,
  NotHolding,
  render,
  type RenderOptions,
  replay,
  type ReplayOutcome,
  type Report,
  type RunFigures,
  type RunOptions,
  type Subject,
  UsageError,
} from "./runs/index.ts";
