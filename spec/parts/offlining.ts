import { declare, type Index, type Part } from "../language/index.ts";
import type { AllocatorVariables, buddyAllocator } from "./buddy-allocator.ts";

/** An allocator with isolated pageblocks and a zone lock. */
type Allocator = Pick<
  ReturnType<typeof buddyAllocator<string, string, "isolate">>,
  | "block"
  | "frame"
  | "largestOrder"
  | "migratetypeOf"
  | "takeOffList"
  | "free"
  | "changeMigratetype"
> &
  Part<{ readonly blocks: number }, AllocatorVariables<string, "isolate", never, string>>;

/**
 * Memory offlining, as far as an allocator sees it: the pageblocks of a largest block are isolated one after the other,
 * so that nothing of them is taken from the free lists any more, and put back in the same order. Left out: migrating what is
 * in use there, draining per-CPU lists (what is on one may be handed out until somebody does), the end of the pageblocks, and more than one range at a time in a largest block.
 */
export function offlining(memory: Allocator) {
  const { block, frame, largestOrder, migratetypeOf, takeOffList, free, changeMigratetype } =
    memory;
  const { action, invariant, part, type } = declare({
    parts: [memory],
    constants: {
      /** Whether pageblocks may be isolated to be taken offline, and put back. */
      memoryOffline: false,
      /** The order of a pageblock (Linux on x86: one less than the largest). */
      pageblockOrder: largestOrder,
    },
    where: {
      "a pageblock is no larger than the largest block": ({ pageblockOrder }) =>
        pageblockOrder <= largestOrder,
    },
  });
  type Seen = Pick<typeof type.state, "pageblock">;

  /** The frames of the largest block around. */
  const rangeOf = (b: Index<"block">) => block.frames(block.around(b).at(-1) ?? b);
  /** Whether the frames of the range that come before a block are of a migratetype. */
  const areBefore = (seen: Seen, b: Index<"block">, its: "movable" | "isolate"): boolean =>
    rangeOf(b).every(
      (f) => frame.offset(f) >= frame.offset(block.first(b)) || seen.pageblock[f] === its,
    );

  const offlinerIsolates = action("offliner", {
    source: "start_isolate_page_range: set_migratetype_isolate, move_freepages_block",
    forAny: block,
    when: (seen, b, { memoryOffline, pageblockOrder }) =>
      memoryOffline &&
      seen.zoneLock === "open" &&
      block.order(b) === pageblockOrder &&
      areBefore(seen, b, "isolate") &&
      rangeOf(b).every(
        (f) => frame.offset(f) < frame.offset(block.first(b)) || seen.pageblock[f] === "movable",
      ),
    effect: (draft, b) => {
      changeMigratetype(draft, b, "isolate");
    },
  });
  /** What was kept apart while the other half of its parent was not isolated merges with it now, and loses its mark. */
  const offlinerPutsBack = action("offliner", {
    source: "undo_isolate_page_range: unset_migratetype_isolate, __putback_isolated_page",
    forAny: block,
    when: (seen, b, { pageblockOrder }) =>
      seen.zoneLock === "open" &&
      block.order(b) === pageblockOrder &&
      seen.pageblock[block.first(b)] === "isolate" &&
      areBefore(seen, b, "movable"),
    effect: (draft, b) => {
      const buddy = block.buddy(b);
      const isKeptApart =
        draft.owner[b] === "free" &&
        buddy !== undefined &&
        migratetypeOf(draft, buddy) === "movable";
      if (isKeptApart) takeOffList(draft, b);
      changeMigratetype(draft, b, "movable");
      if (isKeptApart) free(draft, b, "tail");
    },
  });

  /** S15: what is being taken offline is on no free list to allocate from, until its range is put back. */
  const isolatedPageblockIsNotAllocatable = invariant({
    forAny: frame,
    holds: (seen, f) =>
      seen.pageblock[f] === "movable" ||
      !areBefore(seen, block.of(f), "isolate") ||
      !seen.freeList.movable.some((list) => list.some((b) => block.frames(b).includes(f))),
  });

  const offered = {
    actions: { offlinerIsolates, offlinerPutsBack },
    invariants: { isolatedPageblockIsNotAllocatable },
  };
  // The rest of its state is that of the allocator, which knows its words.
  return part(offered) as typeof offered &
    Part<
      { readonly memoryOffline: boolean; readonly pageblockOrder: number },
      Readonly<Record<never, never>>
    >;
}
