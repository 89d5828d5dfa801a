import {
  buddies,
  declare,
  type Domain,
  each,
  type Index,
  oneOf,
  ordered,
  range,
  record,
  sequence,
  type Part,
} from "../language/index.ts";
import type { ProtocolWords } from "../language/declare.ts";
import type { MutablePerIndex, PerIndex } from "../language/domain.ts";

type Block = Index<"block">;
type Order = Index<"order">;
export interface AllocatorBounds {
  readonly blocks: number;
}

/** Words of a variable of each block. */
export type OfBlocks<Words extends string> = Domain<
  PerIndex<"block", Words>,
  MutablePerIndex<"block", Words>,
  AllocatorBounds
>;
/** Words of a variable of each frame. */
export type OfFrames<Words extends string> = Domain<
  PerIndex<"frame", Words>,
  MutablePerIndex<"frame", Words>,
  AllocatorBounds
>;
export type FreeLists<Type extends string> = Domain<
  { readonly [type in Type]: PerIndex<"order", readonly Block[]> },
  { [type in Type]: MutablePerIndex<"order", Block[]> },
  AllocatorBounds
>;

/** What a protocol does besides where two halves merge; as a method, so that it may name variables of the protocol. */
export interface Merging {
  whenMerging?(this: void, draft: AllocatorDraft, half: Block, buddy: Block, parent: Block): void;
}

export type AllocatorVariables<
  Owner extends string,
  Migratetype extends string = never,
  Mark extends string = never,
  Holder extends string = never,
> = {
  readonly owner: OfBlocks<"no block" | "free" | Owner>;
  readonly freeList: FreeLists<"movable" | Migratetype>;
  readonly nrFree: Domain<
    PerIndex<"order", number>,
    MutablePerIndex<"order", number>,
    AllocatorBounds
  >;
} & ([Migratetype] extends [never]
  ? unknown
  : { readonly pageblock: OfFrames<"movable" | Migratetype> }) &
  ([Mark] extends [never] ? unknown : { readonly mark: OfFrames<Mark> }) &
  ([Holder] extends [never]
    ? unknown
    : { readonly zoneLock: Domain<"open" | Holder, "open" | Holder, unknown> });

/** What the helpers see of the state of any protocol with this part; the other migratetypes are as the movable one. */
export interface AllocatorState {
  readonly owner: PerIndex<"block", string>;
  readonly freeList: { readonly movable: PerIndex<"order", readonly Block[]> };
  readonly nrFree: PerIndex<"order", number>;
  readonly pageblock?: PerIndex<"frame", string>;
  readonly mark?: PerIndex<"frame", string>;
}
export interface AllocatorDraft {
  owner: MutablePerIndex<"block", string>;
  freeList: { movable: MutablePerIndex<"order", Block[]> };
  nrFree: MutablePerIndex<"order", number>;
  pageblock?: MutablePerIndex<"frame", string>;
  mark?: MutablePerIndex<"frame", string>;
}

/** The sets of blocks, frames and orders, and the migratetypes. */
function setsOf(largestOrder: number, migratetypes: readonly string[]) {
  /** Frames of memory, the smallest blocks. */
  const frame = buddies("frame", {
    levels: largestOrder,
    ordered: "halves",
    trees: ({ blocks }: AllocatorBounds) => blocks,
  });
  /** Blocks of 2^order frames, aligned to their size; two halves make one of the next order. */
  const block = frame.blocks("block");
  /** Sizes of blocks, each twice the one before. */
  const order = ordered("order", largestOrder + 1);
  return {
    frame,
    block,
    order,
    /** As many as there are of the smallest blocks. */
    frames: ({ blocks }: AllocatorBounds): number => blocks * 2 ** largestOrder,
    /** Named here as if there were no other: the others are as the movable one. */
    types: ["movable", ...migratetypes] as unknown as readonly ["movable"],
    /** The order of a block, as an element of its set. */
    orderOf: (b: Block): Order => order.at(block.order(b)),
    /** What tells the pageblock of a block, as an index of `pageblock`: the frame that it begins with. */
    pageblockOf: (b: Block): Index<"frame"> => block.first(b),
    /** get_pageblock_migratetype: the migratetype of the pageblock in which a block begins, on whose lists it goes. */
    migratetypeOf: (migratetypes.length === 0
      ? () => "movable"
      : ({ pageblock }, b) => pageblock?.[block.first(b)]) as (
      seen: Pick<AllocatorState, "pageblock">,
      b: Block,
    ) => "movable",
  };
}
type Sets = ReturnType<typeof setsOf>;

/** What is always true of the lists and of who owns what. */
const claimsOf = (
  { invariant }: Pick<ProtocolWords<AllocatorState, AllocatorDraft, AllocatorBounds>, "invariant">,
  { frame, block, order, types, orderOf, migratetypeOf }: Sets,
) => ({
  /** S10: exactly one block holds each frame. */
  frameHasOneOwner: invariant({
    forAny: frame,
    holds: (seen, f) =>
      block.around(block.of(f)).filter((b) => seen.owner[b] !== "no block").length === 1,
  }),
  /** S10: a free block is once in the list of its order and nowhere else. */
  freeBlockIsInOneList: invariant({
    forAny: block,
    holds: (seen, b) => {
      const places = types.flatMap((type) =>
        seen.freeList[type].map((list) => list.filter((other) => other === b).length),
      );
      const count = places.reduce((sum, length) => sum + length, 0);
      const isInItsList = types.some((type) => seen.freeList[type][orderOf(b)].includes(b));
      return seen.owner[b] === "free" ? count === 1 && isInItsList : count === 0;
    },
  }),
  /** S10: two free halves have merged, unless the pageblock of either is isolated. */
  freeBuddiesAreMerged: invariant({
    forAny: block,
    when: (seen, b) => seen.owner[b] === "free" && migratetypeOf(seen, b) === "movable",
    holds: (seen, b) => {
      const buddy = block.buddy(b);
      return (
        buddy === undefined ||
        seen.owner[buddy] !== "free" ||
        migratetypeOf(seen, buddy) !== "movable"
      );
    },
  }),
  /** S13: the counters agree with the lists. */
  counterCountsTheLists: invariant({
    forAny: order,
    holds: (seen, o) =>
      seen.nrFree[o] === types.reduce((sum, type) => sum + seen.freeList[type][o].length, 0),
  }),
});

/** What goes on and off the lists; `marks` are the words of the mark, if there is one. */
function listsOf(
  { block, types, orderOf, migratetypeOf }: Sets,
  marks: readonly [string, ...string[]] | undefined,
  { whenMerging = () => {} }: Merging,
) {
  /** A block off the lists has no mark. */
  const unmark: (draft: Pick<AllocatorDraft, "mark">, b: Block) => void =
    marks === undefined
      ? () => {}
      : (draft, b) => {
          if (draft.mark !== undefined) draft.mark[block.first(b)] = marks[0];
        };
  /** del_page_from_free_list, which clears the mark whatever the reason. */
  function takeOffList(draft: AllocatorDraft, b: Block): void {
    for (const type of types) {
      const list = draft.freeList[type][orderOf(b)];
      const place = list.indexOf(b);
      if (place >= 0) list.splice(place, 1);
    }
    draft.nrFree[orderOf(b)] -= 1;
    unmark(draft, b);
    draft.owner[b] = "no block";
  }

  /** add_to_free_list, at its head or its tail; of the migratetype of its pageblock, unless another is meant. */
  function putOnList(
    draft: AllocatorDraft,
    b: Block,
    end: "head" | "tail",
    type = migratetypeOf(draft, b),
  ): void {
    const list = draft.freeList[type][orderOf(b)];
    if (end === "head") list.unshift(b);
    else list.push(b);
    draft.nrFree[orderOf(b)] += 1;
    draft.owner[b] = "free";
  }

  /** __free_one_page: merges with free buddies, then inserts; returns the block that came of it. */
  function free(draft: AllocatorDraft, freed: Block, end: "tail" | "as likely to merge"): Block {
    draft.owner[freed] = "no block";
    const type = migratetypeOf(draft, freed);
    let merged = freed;
    for (;;) {
      const buddy = block.buddy(merged);
      const parent = block.parent(merged);
      if (buddy === undefined || parent === undefined || draft.owner[buddy] !== "free") break;
      // As it may only be beyond the pageblock: what is isolated is kept apart from what is not.
      if (migratetypeOf(draft, buddy) !== type) break;
      takeOffList(draft, buddy);
      whenMerging(draft, merged, buddy, parent);
      merged = parent;
    }
    const isTail = end === "tail" || isMergeLikely(draft, merged);
    putOnList(draft, merged, isTail ? "tail" : "head", type);
    return merged;
  }

  /** buddy_merge_likely: the block next to the one that this would merge into is free. */
  function isMergeLikely(seen: Pick<AllocatorState, "owner">, b: Block): boolean {
    const parent = block.parent(b);
    const above = parent === undefined ? undefined : block.buddy(parent);
    return above !== undefined && seen.owner[above] === "free";
  }

  /**
   * set_pageblock_migratetype and move_freepages_block, of what begins in the pageblock; keeps the marks, since moving
   * between lists of one order is not removal.
   */
  function changeMigratetype(
    draft: Pick<AllocatorDraft, "freeList" | "pageblock">,
    pageblock: Block,
    type: string,
  ): void {
    if (draft.pageblock === undefined) return;
    const frames = block.frames(pageblock);
    const from = draft.freeList[migratetypeOf(draft, pageblock)];
    for (const f of frames) draft.pageblock[f] = type;
    const to = draft.freeList[migratetypeOf(draft, pageblock)];
    from.forEach((list, o) => {
      const moving = list.filter((b) => frames.includes(block.first(b)));
      from[o] = list.filter((b) => !moving.includes(b));
      to[o].push(...moving);
    });
  }

  return { takeOffList, putOnList, free, changeMigratetype };
}

/**
 * The buddy allocator of one zone, as in mm/page_alloc.c: blocks of 2^order frames on free lists by order, merged when
 * they are freed and split when they are taken. Everything here happens under the zone lock.
 *
 * Left out: memory that does not begin and end with a largest block; falling back to another migratetype.
 */
export function buddyAllocator<
  const User extends string,
  const Other extends string = never,
  const Migratetype extends string = never,
  const Mark extends string = never,
  const Holder extends string = never,
>(
  shape: Merging & {
    /** The largest order. */
    readonly levels: number;
    /** What a block in use is, in words: "handed out", say. */
    readonly users: readonly [User, ...User[]];
    /** What else a block off the lists may be: isolated by a reporter, in a balloon, offline. */
    readonly others?: readonly Other[];
    /** Migratetypes beside the movable one, from which nothing is allocated; kept at each frame of a pageblock. */
    readonly migratetypes?: readonly [Migratetype, ...Migratetype[]];
    /** A flag on the first page of a free block, which is its first word from when the block is taken off its list. */
    readonly marks?: readonly [Mark, ...Mark[]];
    /** Who may hold the zone lock from one step to the next; what happens under one hold is one step otherwise. */
    readonly lockHolders?: readonly [Holder, ...Holder[]];
  },
) {
  const { levels: largestOrder, users, others = [], migratetypes = [], marks, lockHolders } = shape;

  const sets = setsOf(largestOrder, migratetypes);
  const { frame, block, order, frames, types, orderOf, pageblockOf, migratetypeOf } = sets;
  const state = {
    ...(lockHolders && {
      /** zone->lock */
      zoneLock: oneOf("open", ...lockHolders),
    }),
    /** What each aligned block is to the allocator; "no block": part of a larger one, or split. */
    owner: each(block, oneOf("no block", "free", ...others, ...users)),
    /** zone->free_area[order].free_list[migratetype], head first. */
    freeList: record(
      Object.fromEntries(types.map((type) => [type, each(order, sequence(block, frames))])),
    ),
    /** zone->free_area[order].nr_free, of all migratetypes. */
    nrFree: each(order, range(0, frames)),
    ...(shape.migratetypes && {
      /** The migratetype of the pageblock that each frame is in. */
      pageblock: each(frame, oneOf(...types)),
    }),
    ...(marks && {
      /** A flag of the first page of each free block. */
      mark: each(frame, oneOf(...marks)),
    }),
  };
  const words = declare({
    constants: {
      /** Blocks of the largest order. */
      blocks: 1,
    },
    where: { "at least one block": ({ blocks }) => blocks >= 1 },
    state: state as unknown as AllocatorVariables<string>,
  });

  const lists = listsOf(sets, marks, shape);
  const { takeOffList, putOnList } = lists;
  /** The block is with one of the users of memory. */
  const isUsed = (owner: string): boolean => (users as readonly string[]).includes(owner);
  /** The block that holds a frame; undefined where it is nobody's. */
  const holderOf = (seen: Pick<AllocatorState, "owner">, f: Index<"frame">): Block | undefined =>
    block.around(block.of(f)).find((b) => seen.owner[b] !== "no block");
  /** Whose that block is; "no block" where it is nobody's, which frameHasOneOwner says. */
  function ownerOf<Word extends string>(
    seen: { readonly owner: PerIndex<"block", Word> },
    f: Index<"frame">,
  ): Word | "no block" {
    const holder = holderOf(seen, f);
    return holder === undefined ? "no block" : seen.owner[holder];
  }
  /** How many frames the movable lists have. */
  const freeFrames = (seen: Pick<AllocatorState, "freeList">): number =>
    seen.freeList.movable.reduce((sum, list, o) => sum + list.length * 2 ** order.position(o), 0);

  /** The block that __rmqueue_smallest takes for a request of an order: a head of the smallest list. */
  function sourceFor(seen: Pick<AllocatorState, "freeList">, wanted: Block): Block | undefined {
    for (let size = block.order(wanted); size <= largestOrder; size++) {
      const head = seen.freeList.movable[order.at(size)][0];
      if (head !== undefined) return head;
    }
    return undefined;
  }

  /** Whether a request for a block of this order is answered with it: the lowest in the block that is split. */
  function canAllocate(seen: Pick<AllocatorState, "freeList">, wanted: Block): boolean {
    const source = sourceFor(seen, wanted);
    return (
      source !== undefined &&
      block.around(wanted).includes(source) &&
      block.first(wanted) === block.first(source)
    );
  }

  /** expand: takes a block out of the free one that has it; the rest of that is free, in smaller blocks. */
  function takeFrom(
    draft: AllocatorDraft,
    source: Block,
    wanted: Block,
    owner: User | Other,
  ): void {
    takeOffList(draft, source);
    for (const split of block.around(wanted)) {
      if (split === source) break;
      const rest = block.buddy(split);
      if (rest !== undefined) putOnList(draft, rest, "head", "movable");
    }
    draft.owner[wanted] = owner;
  }

  /** rmqueue and expand, which notifies nobody; returns the block that was taken off its list. */
  function allocate(draft: AllocatorDraft, wanted: Block, owner: User | Other): Block | undefined {
    const source = sourceFor(draft, wanted);
    if (source !== undefined) takeFrom(draft, source, wanted, owner);
    return source;
  }

  /** As when a machine has booted: everything is in use, in blocks of the largest order. */
  function boot(draft: AllocatorDraft): void {
    for (const b of draft.owner.keys()) {
      if (block.order(b) === largestOrder) draft.owner[b] = users[0];
    }
  }

  const offered = {
    boot,
    frame,
    block,
    order,
    largestOrder,
    frames,
    orderOf,
    isUsed,
    pageblockOf,
    migratetypeOf,
    holderOf,
    ownerOf,
    freeFrames,
    ...lists,
    sourceFor,
    canAllocate,
    takeFrom,
    allocate,
    invariants: claimsOf(words, sets),
  };
  return words.part(offered) as typeof offered &
    Part<{ blocks: number }, AllocatorVariables<User | Other, Migratetype, Mark, Holder>>;
}
