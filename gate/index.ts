export { type Change, changesOf, shown } from "./changes.ts";
export { type Found, type Pinned, pinnedOf } from "./found.ts";
export { type Asked, joined, type Part, type PartFile, type Placed } from "./joined.ts";
export type { Manifest, OfFigures, PinnedProtocol, PinnedRun } from "./manifest/schema.ts";
export { type Flow, type Outcome, type Place, runName, summaryOf } from "./outcome.ts";
export { costOf, positionsOf, type Shard, shardOf } from "./shards.ts";
