import {
  declare,
  type Domain,
  ghost,
  type Index,
  type IndexSet,
  oneOf,
  type Part,
  range,
  sequence,
  subset,
} from "../language/index.ts";
import type { AllocatorVariables, buddyAllocator } from "./buddy-allocator.ts";
import type { ProtocolWords } from "../language/declare.ts";
import type { HostMemory } from "./host-memory.ts";
import { virtqueue } from "./virtqueue.ts";

type Block = Index<"block">;
type Words<Word extends string> = Domain<Word, Word, unknown>;
type List = Domain<readonly Block[], Block[], BalloonBounds>;
type QueueOf<Name extends string> = NonNullable<
  ReturnType<typeof virtqueue<Name, IndexSet<"block", unknown>, BalloonBounds>>["part"]
>["state"];
type Owner = "taken by the driver" | "in the balloon" | "leaving the balloon";
type Allocator = Pick<
  ReturnType<typeof buddyAllocator<never, Owner>>,
  "block" | "canAllocate" | "allocate" | "free" | "freeFrames"
> &
  Part<{ readonly blocks: number }, AllocatorVariables<string>>;
type Host = HostMemory<"frame", { readonly blocks: number }>;

export interface BalloonBounds {
  readonly blocks: number;
  readonly balloon: number;
  readonly batch: number;
}

/** Its constants, its variables and its queues. */
function declaredFor<const Other extends string>(
  memory: Allocator,
  host: Host,
  otherHolders: readonly Other[],
) {
  const { block } = memory;
  const most = ({ balloon }: Pick<BalloonBounds, "balloon">): number => balloon;
  const buffer = sequence(block, ({ batch }: BalloonBounds) => batch);
  const capacity = ({ batch }: BalloonBounds): number => batch;
  /** Pages that the guest tells the host it has given up. */
  const inflateQueue = virtqueue("inflateQueue", { of: block, capacity });
  /** Pages that the guest tells the host it takes back. */
  const deflateQueue = virtqueue("deflateQueue", { of: block, capacity });
  const words = declare({
    parts: [memory, host, inflateQueue, deflateQueue],
    constants: {
      /** The most pages that the host asks for. */
      balloon: 2,
      /** VIRTIO_BALLOON_ARRAY_PFNS_MAX: how many pages one buffer has room for. */
      batch: 1,
    },
    where: { "a buffer has room for a page": ({ batch }) => batch >= 1 },
    state: {
      // Of the device.
      /** num_pages of the configuration: what the host wants. */
      target: range(0, most),
      /** actual of the configuration: what the driver has said of its size. */
      actual: range(0, most),
      /** PartiallyBalloonedPage: what the device has seen so far of one page of the host's own. */
      partial: subset(block),

      // Of the driver.
      /** vb->vb_dev_info.pages, head first; as many as vb->num_pages says. */
      balloonPages: sequence(block, most),
      /** vb->update_balloon_size_work is pending. */
      work: oneOf("none", "pending"),
      /** vb->balloon_lock, a mutex */
      balloonLock: oneOf("open", "worker", ...otherHolders),
      /** vb->pfns, which whoever holds the lock tells the host */
      pfns: buffer,
      /** Where update_balloon_size_func is. */
      worker: oneOf(
        "idle",
        "adjusts",
        "allocates",
        "has pages",
        "inflates",
        "dequeues",
        "deflates",
        "tells the size",
      ),
      /** diff, without its sign: how many pages the worker had to put in or take out, and has not yet. */
      missing: range(0, most),
      /** pages of fill_balloon: what the worker has allocated, the last first. */
      taken: buffer,
      /** Whether anybody else took pages out since the host last said what it wants; of that the driver makes no note. */
      gaveWay: ghost(oneOf("no", "yes")),
    },
  });
  return { ...words, inflateQueue, deflateQueue };
}
type Made = ReturnType<typeof declaredFor<string>>;
// Named, so that a declaration file has each once.
export interface BalloonState extends Readonly<Made["type"]["state"]> {}
export interface BalloonDraft extends Pick<Made["type"]["draft"], keyof Made["type"]["draft"]> {}
type State = BalloonState;
type Draft = BalloonDraft;
export interface BalloonValues extends Readonly<Made["type"]["constants"]> {}
type Values = BalloonValues;
/** As its own steps see it: the other holders of the lock are whoever they are. */
type Declared = ProtocolWords<BalloonState, BalloonDraft, BalloonValues> &
  Pick<Made, "inflateQueue" | "deflateQueue">;
/** For whoever is at a place of its own. */
type Shared = Omit<Draft, "worker">;

/** leak_balloon: what the worker and whoever else takes pages out do alike. */
function leakingOf(
  { block, free }: Pick<Allocator, "block" | "free">,
  host: Host,
  { deflateQueue }: Pick<Declared, "deflateQueue">,
) {
  /** How many pages are taken out of those that are wanted: what fits into a buffer, if there are as many. */
  const some = (
    { balloonPages }: Pick<State, "balloonPages">,
    wanted: number,
    { batch }: Pick<Values, "batch">,
  ): number => Math.min(wanted, batch, balloonPages.length);
  return {
    some,
    /** Under the lock, which is kept until the device has answered. Without a page there is nothing to say. */
    tells: (draft: Shared, who: string, wanted: number, bounds: Values): void => {
      const leaving = some(draft, wanted, bounds);
      if (leaving === 0) return;
      draft.balloonLock = who;
      if (who !== "worker") draft.gaveWay = "yes";
      draft.pfns = draft.balloonPages.splice(0, leaving);
      for (const b of draft.pfns) draft.owner[b] = "leaving the balloon";
      deflateQueue.add(draft, draft.pfns);
    },
    /** release_pages_balloon: one step, for pages of one buffer; under the lock as well. */
    releases: (draft: Shared, bounds: Values): void => {
      deflateQueue.takeBack(draft);
      for (const b of draft.pfns) {
        host.release(draft, block.frames(b), bounds);
        free(draft, b, "as likely to merge");
      }
      draft.pfns = [];
      draft.balloonLock = "open";
    },
  };
}

/** update_balloon_size_func, a work that queues itself again until there is nothing left to do. */
function workerOf(
  memory: Allocator,
  { process, inflateQueue, deflateQueue }: Declared,
  leaking: Leaking,
) {
  const { block } = memory;
  const { at } = process("worker", { fairness: "weak" });
  return {
    workerStarts: at("idle", {
      to: "adjusts",
      when: (state) => state.work === "pending",
      effect: (state) => {
        state.work = "none";
      },
    }),
    /** Without the lock: the balloon may be smaller by the time that the worker has it. */
    workerAdjusts: at("adjusts", {
      source: "update_balloon_size_func: towards_target",
      effect: (state) => {
        const missing = state.target - state.balloonPages.length;
        state.missing = Math.abs(missing);
        if (missing === 0) return "idle";
        return missing > 0 ? "allocates" : "dequeues";
      },
    }),
    workerAllocates: at("allocates", {
      source: "fill_balloon: balloon_page_alloc, balloon_page_push",
      forAny: block,
      when: (state, b) => block.order(b) === 0 && memory.canAllocate(state, b),
      effect: (state, b, { batch }) => {
        memory.allocate(state, b, "taken by the driver");
        state.taken.unshift(b);
        return state.taken.length < Math.min(state.missing, batch) ? "allocates" : "has pages";
      },
    }),
    /** __GFP_NORETRY: no notifier is called for it. The worker sleeps, and goes on with what it has. */
    workerFindsNoMemory: at("allocates", {
      source: "fill_balloon: balloon_page_alloc, msleep",
      when: (state) => memory.freeFrames(state) === 0,
      effect: (state) => (state.taken.length > 0 ? "has pages" : "tells the size"),
    }),
    workerTellsOfInflation: at("has pages", {
      source: "fill_balloon: balloon_page_enqueue, tell_host",
      to: "inflates",
      fairness: "strong",
      when: (state) => state.balloonLock === "open",
      effect: (state) => {
        state.balloonLock = "worker";
        for (const b of state.taken) {
          state.owner[b] = "in the balloon";
          state.balloonPages.unshift(b);
        }
        state.missing -= state.taken.length;
        state.pfns = state.taken.splice(0);
        inflateQueue.add(state, state.pfns);
      },
    }),
    workerHearsOfInflation: at("inflates", {
      to: "tells the size",
      when: inflateQueue.isUsed,
      effect: (state) => {
        inflateQueue.takeBack(state);
        state.pfns = [];
        state.balloonLock = "open";
      },
    }),
    workerTellsOfDeflation: at("dequeues", {
      source: "leak_balloon: balloon_page_dequeue, tell_host",
      fairness: "strong",
      when: (state) => state.balloonLock === "open",
      effect: (state, bounds) => {
        const leaving = leaking.some(state, state.missing, bounds);
        leaking.tells(state, "worker", state.missing, bounds);
        state.missing -= leaving;
        return leaving > 0 ? "deflates" : "tells the size";
      },
    }),
    workerHearsOfDeflation: at("deflates", {
      source: "leak_balloon: release_pages_balloon",
      to: "tells the size",
      when: deflateQueue.isUsed,
      effect: leaking.releases,
    }),
    /**
     * Without the lock. That what is written is what the balloon has at that very moment is a repair: Linux reads
     * vb->num_pages first.
     */
    workerTellsSize: at("tells the size", {
      source: "update_balloon_size, queue_work",
      to: "idle",
      effect: (state) => {
        state.actual = state.balloonPages.length;
        if (state.missing > 0) state.work = "pending";
        state.missing = 0;
      },
    }),
  };
}

/** The page of the host's own around one of the guest. */
const hostPagesOf =
  ({ block }: Pick<Allocator, "block">) =>
  (b: Block, { hostPageOrder }: { readonly hostPageOrder: number }): Block | undefined =>
    block.around(b).find((its) => block.order(its) === hostPageOrder);

/** virtio_balloon_handle_output, page by page; the guest runs meanwhile. */
function deviceOf(
  { block }: Pick<Allocator, "block">,
  host: Host,
  { action, inflateQueue, deflateQueue }: Declared,
  hostPageOf: ReturnType<typeof hostPagesOf>,
) {
  /** balloon_inflate_page: drops a page of the host's own when all of it was in this buffer, with nothing else in between. */
  function inflate(draft: Draft, b: Block, bounds: Values): void {
    const whole = hostPageOf(b, bounds);
    if (whole === undefined) return;
    const isOther = [...draft.partial].some((one) => !block.around(one).includes(whole));
    if (isOther) draft.partial.clear();
    draft.partial.add(b);
    const frames = block.frames(whole);
    if (!frames.every((f) => draft.partial.has(block.of(f)))) return;
    host.discard(draft, frames, block.order(whole), bounds);
    draft.partial.clear();
  }
  return {
    deviceDiscards: action("device", {
      source: "virtio_balloon_handle_output: balloon_inflate_page",
      fairness: "weak",
      when: (state) =>
        inflateQueue.isAvailable(state) ||
        (inflateQueue.isPopped(state) && !inflateQueue.isDone(state)),
      effect: (state, bounds) => {
        inflateQueue.pop(state);
        const b = inflateQueue.next(state);
        if (b !== undefined && host.mayDiscard(state)) inflate(state, b, bounds);
      },
    }),
    /** What is only partly in the balloon is forgotten with the buffer. */
    devicePushesInflation: action("device", {
      source: "virtio_balloon_handle_output: virtqueue_push, virtio_balloon_pbp_free",
      fairness: "weak",
      when: inflateQueue.isDone,
      effect: (state) => {
        inflateQueue.push(state);
        state.partial.clear();
      },
    }),
    /** The host is advised that it will be needed, which may bring a page back and drops none. */
    devicePushesDeflation: action("device", {
      source: "virtio_balloon_handle_output: balloon_deflate_page, virtqueue_push",
      fairness: "weak",
      when: deflateQueue.isAvailable,
      effect: deflateQueue.push,
    }),
  };
}

/** All steps, of whoever takes them. */
function stepsOf(
  memory: Allocator,
  host: Host,
  its: Declared,
  leaking: Leaking,
  hostPageOf: ReturnType<typeof hostPagesOf>,
) {
  const hostResizes = its.action("host", {
    source: "virtio_balloon_to_target, virtballoon_changed",
    forAny: range(0, ({ balloon: most }: { balloon: number }) => most),
    when: (state, pages) => state.target !== pages,
    effect: (state, pages) => {
      state.target = pages;
      state.gaveWay = "no";
      state.work = "pending";
    },
  });

  return {
    hostResizes,
    ...workerOf(memory, its, leaking),
    ...deviceOf(memory, host, its, hostPageOf),
  };
}
// Named, so that a declaration file has each once.
export interface Leaking extends ReturnType<typeof leakingOf> {}
export interface Steps extends ReturnType<typeof stepsOf> {}

/**
 * A virtio balloon: the host says how many pages it wants, and a worker of the guest inflates or deflates the balloon
 * until it has as many. Abstracts fill_balloon and leak_balloon of drivers/virtio/virtio_balloon.c (as of Linux 5.10),
 * and hw/virtio/virtio-balloon.c of QEMU (as of 4.1). The allocator has words for the owners of a page: "taken by the
 * driver", "in the balloon" and "leaving the balloon". Whoever else takes pages out holds the lock under a word of its
 * own.
 *
 * Left out: page migration, memory that is no RAM, the 200 ms of sleep after a failed allocation, and what is written to
 * the queues beside the numbers of pages.
 */
export function balloon<const Other extends string = never>(
  memory: Allocator,
  host: Host,
  { otherHolders = [] }: { readonly otherHolders?: readonly Other[] } = {},
) {
  const declared = declaredFor(memory, host, otherHolders);
  const { inflateQueue, deflateQueue } = declared;
  const its = declared as unknown as Declared;
  const leaking: Leaking = leakingOf(memory, host, its);
  const hostPageOf = hostPagesOf(memory);
  const actions: Steps = stepsOf(memory, host, its, leaking, hostPageOf);

  const offered = {
    actions,
    hostPageOf,
    leaking,
    inflateQueue,
    deflateQueue,
  };
  // The rest of its state is that of its parts, which know their words.
  return declared.part(offered) as typeof offered &
    Part<
      { readonly balloon: number; readonly batch: number },
      {
        readonly target: Domain<number, number, { readonly balloon: number }>;
        readonly actual: Domain<number, number, { readonly balloon: number }>;
        readonly partial: Domain<ReadonlySet<Block>, Set<Block>, BalloonBounds>;
        readonly balloonPages: List;
        readonly work: Words<"none" | "pending">;
        readonly balloonLock: Words<"open" | "worker" | Other>;
        readonly pfns: List;
        readonly worker: Words<State["worker"]>;
        readonly missing: Domain<number, number, { readonly balloon: number }>;
        readonly taken: List;
        readonly gaveWay: Words<"no" | "yes">;
      } & QueueOf<"inflateQueue"> &
        QueueOf<"deflateQueue">
    >;
}
