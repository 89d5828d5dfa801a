import {
  declare,
  type Domain,
  each,
  type Index,
  interchangeable,
  optional,
  type Part,
  range,
  record,
  sequence,
} from "../language/index.ts";
import type { MutablePerIndex, PerIndex } from "../language/domain.ts";
import type { AllocatorState, AllocatorVariables, buddyAllocator } from "./buddy-allocator.ts";

type Block = Index<"block">;
type Listed = "on a CPU's list";
type Allocator = Pick<
  ReturnType<typeof buddyAllocator<never, Listed>>,
  "block" | "canAllocate" | "sourceFor" | "isUsed" | "migratetypeOf"
> &
  Part<{ readonly blocks: number }, AllocatorVariables<string, never, never, string>>;
type Drain = { readonly cpu: Index<"cpu"> | "none"; readonly frames: number };
type Bounds = {
  readonly cpus: number;
  readonly perCpuPages: number;
  readonly perCpuBatch: number;
};

/** What a protocol does where frames come from the lists and go there. */
export interface ListUsers<State, Draft, Constants> {
  /** Whether a user may have one more block. */
  readonly mayAllocate: (state: State, constants: Constants) => boolean;
  /** rmqueue, under the zone lock: a block goes from the allocator to a list. */
  readonly allocate: (draft: Draft, b: Block, owner: Listed) => void;
  /** A user has the block, which was on a list. */
  readonly handOut: (draft: Draft, b: Block) => void;
  /** A user has no use for the block any more. */
  readonly release: (draft: Draft, b: Block, constants: Constants) => void;
  /** __free_one_page, under the zone lock, which stays taken where somebody is notified; `goOn` follows then. */
  readonly free: (draft: Draft, b: Block, constants: Constants) => void;
}

/**
 * The per-CPU lists in front of a buddy allocator, as in mm/page_alloc.c (Linux 5.7): a frame that a CPU frees goes on a
 * list of its own, without the zone lock and with nobody notified, and its next allocation takes it from there. A list
 * that is too long is drained by a batch, an empty one refilled by a batch, under the lock. The allocator has the
 * words "on a CPU's list" and a zone lock.
 *
 * Left out: lists of larger blocks (from 5.13 on), a list for each migratetype, and that a list is drained as time passes.
 */
export function perCpuLists(memory: Allocator) {
  const { block, canAllocate, sourceFor, isUsed, migratetypeOf } = memory;
  /** A CPU of the guest's. */
  const cpu = interchangeable("cpu", ({ cpus }: Pick<Bounds, "cpus">) => cpus);
  const most = ({ perCpuPages }: Pick<Bounds, "perCpuPages">): number => perCpuPages;
  const { action, invariant, leadsTo, part, type } = declare({
    parts: [memory],
    constants: {
      /** CPUs with a list each. */
      cpus: 1,
      /** pcp->high: with so many frames a list is too long; with 0 there are no lists. */
      perCpuPages: 0,
      /** pcp->batch: how many frames go on or off a list under one hold of the zone lock. */
      perCpuBatch: 1,
    },
    where: {
      "there is a CPU": ({ cpus }) => cpus >= 1,
      "a batch is of a frame or more": ({ perCpuBatch }) => perCpuBatch >= 1,
      "a batch is no longer than a list": ({ perCpuPages, perCpuBatch }) =>
        perCpuPages === 0 || perCpuBatch <= perCpuPages,
    },
    state: {
      /** pcp->lists, head first. */
      perCpuList: each(cpu, sequence(block, most)),
      /** Which CPU is in the middle of a batch under the zone lock, and how many frames it has still to free. */
      perCpuDrain: record({ cpu: optional(cpu), frames: range(0, most) }),
    },
  });
  type State = typeof type.state;
  type Draft = typeof type.draft;

  /** Whether a block of this size is taken from the lists, and freed to them. */
  const isOfLists = (b: Block, { perCpuPages }: Pick<Bounds, "perCpuPages">): boolean =>
    perCpuPages > 0 && block.order(b) === 0;
  /** Whether a block that is freed goes on a list: what is isolated goes to the allocator at once. */
  const isKept = (
    state: Pick<AllocatorState, "owner" | "pageblock">,
    b: Block,
    bounds: Pick<Bounds, "perCpuPages">,
  ): boolean => isOfLists(b, bounds) && migratetypeOf(state, b) === "movable";
  /** Interrupts are off there: the list is too long, and being drained. */
  const isBusy = (
    state: Pick<State, "perCpuDrain" | "perCpuList">,
    c: Index<"cpu">,
    { perCpuPages }: Bounds,
  ): boolean => state.perCpuDrain.cpu === c || state.perCpuList[c].length >= perCpuPages;

  /** free_pcppages_bulk: frees so many frames, from the tail of the list. */
  function drain<Its extends Draft, Constants>(
    draft: Its,
    c: Index<"cpu">,
    frames: number,
    constants: Constants,
    free: ListUsers<never, Its, Constants>["free"],
  ): void {
    draft.perCpuDrain = { cpu: c, frames };
    goOn(draft, constants, free);
  }

  /** Goes on with the batch that is being freed, if there is one, until somebody is notified. */
  function goOn<Its extends Draft, Constants>(
    draft: Its,
    constants: Constants,
    free: ListUsers<never, Its, Constants>["free"],
  ): void {
    const { cpu: c } = draft.perCpuDrain;
    if (c === "none") return;
    while (draft.perCpuDrain.frames > 0 && draft.zoneLock === "open") {
      draft.perCpuDrain.frames -= 1;
      const b = draft.perCpuList[c].pop();
      if (b !== undefined) free(draft, b, constants);
    }
    if (draft.zoneLock === "open") draft.perCpuDrain.cpu = "none";
  }

  /** The steps, for a protocol with its own steps for blocks that are not of the lists. */
  function actionsFor<S, D, C>(its: ListUsers<S, D, C>) {
    const { mayAllocate, allocate, handOut, release, free } = its as unknown as ListUsers<
      State,
      Draft,
      Bounds
    >;
    return {
      guestAllocatesFromList: action("guest", {
        source: "rmqueue_pcplist",
        forAny: [cpu, block],
        when: (state, c, b, bounds) =>
          state.perCpuList[c][0] === b && !isBusy(state, c, bounds) && mayAllocate(state, bounds),
        effect: (state, c, b) => {
          state.perCpuList[c].shift();
          handOut(state, b);
        },
      }),

      /** The first frame of the batch is handed out. */
      guestRefillsList: action("guest", {
        source: "rmqueue_pcplist: rmqueue_bulk",
        forAny: [cpu, block],
        when: (state, c, b, bounds) =>
          isOfLists(b, bounds) &&
          state.perCpuList[c].length === 0 &&
          state.zoneLock === "open" &&
          mayAllocate(state, bounds) &&
          canAllocate(state, b),
        effect: (state, c, b, { perCpuBatch }) => {
          for (let taken = 0; taken < perCpuBatch; taken++) {
            const source = sourceFor(state, b);
            if (source === undefined) break;
            const lowest = block.of(block.first(source));
            allocate(state, lowest, "on a CPU's list");
            state.perCpuList[c].push(lowest);
          }
          state.perCpuList[c].shift();
          handOut(state, b);
        },
      }),

      guestFreesToList: action("guest", {
        source: "free_unref_page_commit",
        forAny: [cpu, block],
        when: (state, c, b, bounds) =>
          isKept(state, b, bounds) && isUsed(state.owner[b]) && !isBusy(state, c, bounds),
        effect: (state, c, b, bounds) => {
          release(state, b, bounds);
          state.owner[b] = "on a CPU's list";
          state.perCpuList[c].unshift(b);
        },
      }),

      /** Of a list that is too long. */
      guestDrainsList: action("guest", {
        source: "free_unref_page_commit: free_pcppages_bulk",
        fairness: "strong", // a queued spinlock is handed over in turn
        forAny: cpu,
        when: (state, c, { perCpuPages }) =>
          perCpuPages > 0 &&
          state.perCpuList[c].length >= perCpuPages &&
          state.perCpuDrain.cpu !== c &&
          state.zoneLock === "open",
        effect: (state, c, bounds) => {
          drain(state, c, bounds.perCpuBatch, bounds, free);
        },
      }),

      /** Of any list, for whoever needs its frames in the allocator: compaction, offlining, who finds no memory. */
      guestDrainsAll: action("guest", {
        source: "drain_all_pages: drain_pages_zone",
        forAny: cpu,
        when: (state, c, bounds) =>
          state.perCpuList[c].length > 0 && !isBusy(state, c, bounds) && state.zoneLock === "open",
        effect: (state, c, bounds) => {
          drain(state, c, state.perCpuList[c].length, bounds, free);
        },
      }),
    };
  }

  const seenFrom = { perCpuPages: 1 } as const;
  const invariants = {
    /** S10: what is said to be on a list is on one, once, and nothing else is. */
    listedFrameIsOnOneList: invariant({
      seenFrom,
      forAny: block,
      holds: (state, b) => {
        const places = state.perCpuList.flatMap((list) => list.filter((other) => other === b));
        return places.length === (state.owner[b] === "on a CPU's list" ? 1 : 0);
      },
    }),
    /** S14: whoever is in the middle of a batch holds the zone lock. */
    batchIsFreedUnderTheLock: invariant({
      seenFrom,
      holds: (state) => state.perCpuDrain.cpu === "none" || state.zoneLock !== "open",
    }),
  };
  const liveness = {
    /** A list that is too long is drained. */
    longListIsDrained: leadsTo({
      seenFrom,
      forAny: cpu,
      from: (state, c, { perCpuPages }) =>
        perCpuPages > 0 && state.perCpuList[c].length >= perCpuPages,
      to: (state, c, { perCpuPages }) => state.perCpuList[c].length < perCpuPages,
    }),
  };

  const offered = { cpu, actionsFor, goOn, isOfLists, isKept, invariants, liveness };
  // The rest of its state is that of the allocator, which knows its words.
  return part(offered) as typeof offered &
    Part<
      Bounds,
      {
        readonly perCpuList: Domain<
          PerIndex<"cpu", readonly Block[]>,
          MutablePerIndex<"cpu", Block[]>,
          Bounds & { readonly blocks: number }
        >;
        readonly perCpuDrain: Domain<
          Drain,
          { -readonly [part in keyof Drain]: Drain[part] },
          Bounds
        >;
      }
    >;
}
