import {
  declare,
  type Domain,
  type Index,
  type IndexSet,
  oneOf,
  type Part,
  range,
} from "../language/index.ts";
import type { AllocatorVariables, buddyAllocator } from "./buddy-allocator.ts";
import type { HostMemory } from "./host-memory.ts";
import { virtqueue } from "./virtqueue.ts";

type Block = Index<"block">;
type Words<Word extends string> = Domain<Word, Word, unknown>;
type QueueOf<Name extends string> = NonNullable<
  ReturnType<typeof virtqueue<Name, IndexSet<"block", unknown>>>["part"]
>["state"];
type Owner = "taken by the driver" | "in the balloon" | "leaving the balloon";
type Allocator = Pick<
  ReturnType<typeof buddyAllocator<never, Owner>>,
  "block" | "canAllocate" | "allocate" | "free" | "freeFrames"
> &
  Part<{ readonly blocks: number }, AllocatorVariables<string>>;

/**
 * A virtio balloon: the host says how many pages it wants, and a worker of the guest inflates or deflates the balloon
 * until it has as many. Abstracts fill_balloon and leak_balloon of drivers/virtio/virtio_balloon.c (as of Linux 4.15),
 * and hw/virtio/virtio-balloon.c of QEMU. The allocator has words for the owners of a page: "taken by the driver",
 * "in the balloon" and "leaving the balloon". Whoever else takes pages out holds the lock under a word of its own.
 *
 * Left out: buffers of more than one page, statistics, page migration, the 200 ms of sleep after a failed allocation,
 * and that the number of pages is told to the host.
 */
export function balloon<const Other extends string = never>(
  memory: Allocator,
  host: HostMemory<"frame", { readonly blocks: number }>,
  { otherHolders = [] }: { readonly otherHolders?: readonly Other[] } = {},
) {
  const { block } = memory;
  /** Pages that the guest tells the host it has given up. */
  const inflateQueue = virtqueue("inflateQueue", { of: block, capacity: 1 });
  /** Pages that the guest tells the host it takes back. */
  const deflateQueue = virtqueue("deflateQueue", { of: block, capacity: 1 });
  const { action, part, process, type } = declare({
    parts: [memory, host, inflateQueue, deflateQueue],
    constants: {
      /** The most pages that the host asks for. */
      balloon: 2,
    },
    state: {
      /** num_pages of the configuration */
      target: range(0, ({ balloon: most }: { balloon: number }) => most),
      /** vb->update_balloon_size_work is pending. */
      work: oneOf("none", "pending"),
      /** vb->balloon_lock, a mutex */
      balloonLock: oneOf("open", "worker", ...otherHolders),
      /** Where update_balloon_size_func is. */
      worker: oneOf(
        "idle",
        "adjusts",
        "allocates",
        "has a page",
        "inflates",
        "dequeues",
        "deflates",
      ),
    },
  });
  type State = typeof type.state;
  type Draft = typeof type.draft;

  /** How many pages the balloon has. */
  const pagesInBalloon = (state: Pick<State, "owner">): number =>
    state.owner.filter((owner) => owner === "in the balloon").length;

  const hostResizes = action("host", {
    source: "virtballoon_changed",
    forAny: range(0, ({ balloon }: { balloon: number }) => balloon),
    when: (state, pages) => state.target !== pages,
    effect: (state, pages) => {
      state.target = pages;
      state.work = "pending";
    },
  });

  /** leak_balloon, of one page: what the worker and the notifier do alike. */
  const leaking = {
    tells: (who: "worker" | Other) => ({
      source: "leak_balloon: balloon_page_list_dequeue, tell_host",
      to: "deflates" as const,
      forAny: block,
      when: (state: State, b: Block): boolean =>
        state.balloonLock === "open" && state.owner[b] === "in the balloon",
      effect: (state: Draft, b: Block): void => {
        state.balloonLock = who;
        state.owner[b] = "leaving the balloon";
        deflateQueue.add(state, [b]);
      },
    }),
    findsNoPage: {
      when: (state: State): boolean => state.balloonLock === "open" && pagesInBalloon(state) === 0,
    },
    hears: {
      source: "leak_balloon: release_pages_balloon",
      forAny: block,
      when: (state: State, b: Block): boolean =>
        deflateQueue.isUsed(state) && state.owner[b] === "leaving the balloon",
      effect: (state: Draft, b: Block): void => {
        deflateQueue.takeBack(state);
        memory.free(state, b, "as likely to merge");
        state.balloonLock = "open";
      },
    },
  };

  const { at } = process("worker", { fairness: "weak" });
  const worker = {
    workerStarts: at("idle", {
      to: "adjusts",
      when: (state) => state.work === "pending",
      effect: (state) => {
        state.work = "none";
      },
    }),
    workerAdjusts: at("adjusts", {
      source: "update_balloon_size_func: towards_target",
      effect: (state) => {
        if (pagesInBalloon(state) < state.target) return "allocates";
        return pagesInBalloon(state) > state.target ? "dequeues" : "idle";
      },
    }),
    workerAllocates: at("allocates", {
      source: "fill_balloon: balloon_page_alloc",
      to: "has a page",
      forAny: block,
      when: (state, b) => block.order(b) === 0 && memory.canAllocate(state, b),
      effect: (state, b) => {
        memory.allocate(state, b, "taken by the driver");
      },
    }),
    /** __GFP_NORETRY: no notifier is called for it. The work queues itself again. */
    workerFindsNoMemory: at("allocates", {
      to: "idle",
      when: (state) => memory.freeFrames(state) === 0,
      effect: (state) => {
        state.work = "pending";
      },
    }),
    workerTellsOfInflation: at("has a page", {
      source: "fill_balloon: balloon_page_enqueue, tell_host",
      to: "inflates",
      fairness: "strong",
      forAny: block,
      when: (state, b) => state.balloonLock === "open" && state.owner[b] === "taken by the driver",
      effect: (state, b) => {
        state.balloonLock = "worker";
        state.owner[b] = "in the balloon";
        inflateQueue.add(state, [b]);
      },
    }),
    workerHearsOfInflation: at("inflates", {
      to: "adjusts",
      when: inflateQueue.isUsed,
      effect: (state) => {
        inflateQueue.takeBack(state);
        state.balloonLock = "open";
      },
    }),
    workerTellsOfDeflation: at("dequeues", { ...leaking.tells("worker"), fairness: "strong" }),
    workerFindsNoPage: at("dequeues", { ...leaking.findsNoPage, to: "adjusts" }),
    workerHearsOfDeflation: at("deflates", { ...leaking.hears, to: "adjusts" }),
  };

  const device = {
    /** Only whole pages of the host's own, and none while that is inhibited. */
    deviceDiscards: action("device", {
      source: "virtio_balloon_handle_output: balloon_inflate_page",
      fairness: "weak",
      when: inflateQueue.isAvailable,
      effect: (state, bounds) => {
        inflateQueue.pop(state);
        const b = inflateQueue.next(state);
        if (b === undefined || !host.mayDiscard(state)) return;
        host.discard(state, block.frames(b), block.order(b), bounds);
      },
    }),
    devicePushesInflation: action("device", {
      fairness: "weak",
      when: inflateQueue.isDone,
      effect: inflateQueue.push,
    }),
    devicePushesDeflation: action("device", {
      fairness: "weak",
      when: deflateQueue.isAvailable,
      effect: deflateQueue.push,
    }),
  };

  const offered = {
    actions: { hostResizes, ...worker, ...device },
    pagesInBalloon,
    leaking,
    inflateQueue,
    deflateQueue,
  };
  // The rest of its state is that of its parts, which know their words.
  return part(offered) as typeof offered &
    Part<
      { readonly balloon: number },
      {
        readonly target: Domain<number, number, { readonly balloon: number }>;
        readonly work: Words<"none" | "pending">;
        readonly balloonLock: Words<"open" | "worker" | Other>;
        readonly worker: Words<State["worker"]>;
      } & QueueOf<"inflateQueue"> &
        QueueOf<"deflateQueue">
    >;
}
