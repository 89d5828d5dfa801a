export { type Change, changesOf, shown } from "./changes.ts";
export { type Found, type Pinned, pinnedOf } from "./found.ts";
export type { Manifest, OfFigures, PinnedProtocol, PinnedRun } from "./manifest/schema.ts";
export { type Outcome, runName } from "./outcome.ts";
