import { declare, type Domain, type Part } from "../language/index.ts";
import type { buddyAllocator, FreeLists, OfBlocks } from "./buddy-allocator.ts";

/** An allocator with isolated pageblocks and a zone lock. */
type Allocator = Pick<
  ReturnType<typeof buddyAllocator<string, string, "isolate">>,
  "block" | "largestOrder" | "pageblockOf" | "changeMigratetype"
> &
  Part<
    { readonly blocks: number },
    {
      readonly zoneLock: Domain<string, string, unknown>;
      readonly pageblock: OfBlocks<"movable" | "isolate">;
      readonly freeList: FreeLists<"movable" | "isolate">;
    }
  >;

/**
 * Memory offlining, as far as an allocator sees it: a pageblock is isolated, so that nothing is allocated from it any
 * more, and put back. Left out: migrating what is in use there, and the end of the pageblock.
 */
export function offlining(memory: Allocator) {
  const { block, largestOrder, pageblockOf, changeMigratetype } = memory;
  const { action, invariant, part } = declare({
    parts: [memory],
    constants: {
      /** Whether pageblocks may be isolated to be taken offline, and put back. */
      memoryOffline: false,
    },
  });

  const offlinerIsolates = action("offliner", {
    source: "set_migratetype_isolate, move_freepages_block",
    forAny: block,
    when: (seen, b, { memoryOffline }) =>
      memoryOffline &&
      seen.zoneLock === "open" &&
      block.order(b) === largestOrder &&
      seen.pageblock[b] === "movable",
    effect: (draft, b) => {
      changeMigratetype(draft, b, "isolate");
    },
  });
  const offlinerPutsBack = action("offliner", {
    source: "unset_migratetype_isolate",
    forAny: block,
    when: (seen, b) => seen.zoneLock === "open" && seen.pageblock[b] === "isolate",
    effect: (draft, b) => {
      changeMigratetype(draft, b, "movable");
    },
  });

  /** What is being taken offline cannot be allocated. */
  const isolatedPageblockIsNotAllocatable = invariant({
    forAny: block,
    holds: (seen, b) =>
      seen.pageblock[pageblockOf(b)] === "movable" ||
      seen.freeList.movable.every((list) => !list.includes(b)),
  });

  const offered = {
    actions: { offlinerIsolates, offlinerPutsBack },
    invariants: { isolatedPageblockIsNotAllocatable },
  };
  // The rest of its state is that of the allocator, which knows its words.
  return part(offered) as typeof offered &
    Part<{ readonly memoryOffline: boolean }, Readonly<Record<never, never>>>;
}
