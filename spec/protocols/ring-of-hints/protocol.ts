/**
 * A ring of free page hints: a guest takes free blocks off its lists and puts them into a ring of a virtio device; when
 * an interrupt says that some are consumed, they go back with a flag that says so, and others without it follow.
 *
 * A proposal in mail that nobody implemented (M. Tsirkin, 10 to 12 February 2019, in reply to A. Duyck's "[RFC,3/4] kvm:
 * Add guest side support for free memory hints"), so that this is one reading of it. The mail has an interrupt that
 * schedules work, and work that fills the ring with blocks that have no flag. It does not say who begins where nothing
 * is outstanding, and so no interrupt will come: here whoever frees a block and finds the ring empty. What was
 * proposed first, with two pages of which the second is hinted when the first is done, is a ring of one entry (see
 * two-pages). One step is what happens under one hold of the zone lock; accesses outside the lock are steps of their own.
 *
 * Left out: more than one zone; per-CPU lists; buffers that cannot be added; how long the one CPU of the host takes that
 * all CPUs of the guest wait for (h/R5); poisoning, which the thread leaves to the host.
 */
import { declare, each, ghost, type Index, oneOf, sequence } from "../../language/index.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["in the ring"],
  marks: ["not hinted", "hinted"], // a flag that free pages have no other use for
});
export const { block, frame, order } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
type Block = Index<"block">;
type Size = { readonly ringSize: number };
const ringSize = (bounds: Size): number => bounds.ringSize;

export const protocol = declare({
  parts: [memory, host, users],
  constants: {
    /** Blocks of the largest order; each has two frames. */
    blocks: 2,
    /** Entries of the ring (in the mail: 256). */
    ringSize: 2,
    /** The smallest order that is hinted (in the mail: 2 MiB). */
    hintingOrder: memory.largestOrder,
    /** Free frames that the refill leaves. */
    leftFree: 0,
  },
  where: {
    "the ring has an entry": (bounds) => bounds.ringSize >= 1,
    "some order is hinted": ({ hintingOrder }) => hintingOrder <= memory.largestOrder,
  },
  state: {
    /** What the host has not consumed yet, in the order in which it was submitted. */
    submitted: sequence(block, ringSize),
    /** What it has consumed, and the guest has not put back yet. */
    consumed: sequence(block, ringSize),
    /** The host says that it has consumed something. */
    interrupt: oneOf("none", "pending"),
    /** Whether whoever has freed a block has still to look at the ring. */
    freed: oneOf("nothing", "a block"),
    /** The work is queued; it may be while it runs. */
    work: oneOf("none", "queued"),
    /** Where the work is. */
    worker: oneOf("idle", "puts back", "refills"),
    /** Whether the host has consumed a hint of the frame since it was last in use. */
    heardOf: ghost(each(frame, oneOf("no", "yes"))),
  },
});
const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;
type Ring = Pick<State, "submitted" | "consumed">;

/** How many entries of the ring are taken. */
export const entriesIn = ({ submitted, consumed }: Ring): number =>
  submitted.length + consumed.length;

/** The flag of its first page. */
export const isHinted = (state: Pick<State, "mark">, b: Block): boolean =>
  state.mark[block.first(b)] === "hinted";

/** T1: the first free block without the flag; undefined if there is none, or if it is to be left. */
export function nextToHint(
  state: Pick<State, "freeList" | "mark">,
  { hintingOrder, leftFree }: Pick<Bounds, "hintingOrder" | "leftFree">,
): Block | undefined {
  for (let size = memory.largestOrder; size >= hintingOrder; size--) {
    const found = state.freeList.movable[order.at(size)].find((b) => !isHinted(state, b));
    if (found !== undefined && memory.freeFrames(state) - 2 ** size >= leftFree) return found;
  }
  return undefined;
}

/** T1: off its list and into the ring, if that has room; false if there is nothing to do. */
export function refill(state: Omit<Draft, "worker">, bounds: Bounds): boolean {
  const b = entriesIn(state) < bounds.ringSize ? nextToHint(state, bounds) : undefined;
  if (b === undefined) return false;
  memory.takeOffList(state, b);
  state.owner[b] = "in the ring";
  state.submitted.push(b);
  return true;
}

/** T3: what merges gets no flag, for its other half was not hinted. */
export function putBack(state: Omit<Draft, "worker">, b: Block): void {
  memory.free(state, b, "tail");
  if (state.owner[b] === "free") state.mark[block.first(b)] = "hinted";
}

const guest = {
  guestAllocates: users.actions.guestAllocates,
  guestWrites: users.actions.guestWrites,

  guestFrees: action("guest", {
    source: "__free_one_page",
    forAny: block,
    when: (state, b) => memory.isUsed(state.owner[b]),
    effect: (state, b, bounds) => {
      host.release(state, block.frames(b), bounds);
      for (const f of block.frames(b)) state.heardOf[f] = "no";
      memory.free(state, b, "as likely to merge");
      state.freed = "a block";
    },
  }),

  /** Behind the lock; of several CPUs the last that looks. Where something is outstanding the interrupt will see to the rest ("host too busy": skipped). */
  guestLooksAtRing: action("guest", {
    fairness: "weak",
    when: (state) => state.freed === "a block",
    effect: (state) => {
      state.freed = "nothing";
      if (entriesIn(state) === 0) state.work = "queued";
    },
  }),
};

/** "You get an interrupt, you schedule a wq immediately." */
const handler = {
  interruptComes: action("interrupt", {
    source: "queue_work",
    fairness: "weak",
    when: (state) => state.interrupt === "pending",
    effect: (state) => {
      state.interrupt = "none";
      state.work = "queued";
    },
  }),
};

const { at } = process("worker", { fairness: "weak" });

const worker = {
  workBegins: at("idle", {
    to: "puts back",
    source: "process_one_work",
    when: (state) => state.work === "queued",
    effect: (state) => {
      state.work = "none";
    },
  }),

  /** T3, one block under each hold of the lock */
  workerPutsBack: at("puts back", {
    source: "virtqueue_get_buf, __free_one_page",
    effect: (state) => {
      const b = state.consumed.shift();
      if (b === undefined) return "refills";
      putBack(state, b);
      return "puts back";
    },
  }),

  /** T1, likewise */
  workerRefills: at("refills", {
    source: "virtqueue_add, virtqueue_kick",
    effect: (state, bounds) => (refill(state, bounds) ? "refills" : "idle"),
  }),
};

const device = {
  /** T2: it need not; and may with any entry, at any moment until it has consumed that. */
  hostDiscards: action("host", {
    source: "madvise(MADV_DONTNEED)",
    forAny: block,
    when: (state, b) => state.submitted.includes(b),
    effect: (state, b, bounds) => {
      host.discard(state, block.frames(b), block.order(b), bounds);
    },
  }),

  /** T2, in turn */
  hostConsumes: action("host", {
    source: "virtqueue_push, virtio_notify",
    fairness: "weak",
    when: (state) => state.submitted.length > 0,
    effect: (state) => {
      const b = state.submitted.shift();
      if (b === undefined) return;
      state.consumed.push(b);
      for (const f of block.frames(b)) state.heardOf[f] = "yes";
      state.interrupt = "pending";
    },
  }),
};

export const actions = { ...guest, ...handler, ...worker, ...device };
