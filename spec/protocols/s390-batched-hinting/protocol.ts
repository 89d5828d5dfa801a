/**
 * Batched hints of free pages on s390: what is on the list of a CPU is free and stays stable; where a batch goes from
 * there to the buddy lists it is declared unused, and a batch that comes back stable.
 *
 * A proposal in mail that nobody implemented (R. van Riel and H. Franke, 1 to 13 September 2006, in reply to "[patch 1/9]
 * Guest page hinting: unused / free pages"; M. Schwidefsky saw no problem): each batch is declared under the zone lock, so that
 * there is nothing to keep track of. With it hibernation, of which nobody thought: what is declared is no part of the
 * image. Its repair is that of Linux 2.6.31 (846955c8afe9), arch_set_page_states.
 *
 * Left out: volatile pages, which are those of s390-guest-page-hinting; that the host pages out what is stable; F1. To save the
 * image and to resume are one step each: tasks are frozen, one CPU runs, and what the host does in between to a frame
 * that is unused it may have done before.
 */
import { assert, declare, each, type Index, oneOf, saved } from "../../language/index.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";
import { perCpuLists } from "../../parts/per-cpu-lists.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["on a CPU's list"],
  lockHolders: ["guest"],
});
export const { block, frame, order } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
export const perCpu = perCpuLists(memory);
type Block = Index<"block">;
type Frame = Index<"frame">;

export const protocol = declare({
  parts: [memory, host, users, perCpu],
  constants: {
    /** Blocks of the largest order; each has two frames. */
    blocks: 1,
    /** How many blocks the users of guest memory hold at most. */
    users: 2,
    /** CPUs with a list each. */
    cpus: 2,
    /** With so many frames a list is too long. */
    perCpuPages: 2,
    /** How many frames are a batch. */
    perCpuBatch: 2,
  },
  state: {
    /** What the guest last declared each frame to be. */
    usage: each(frame, oneOf("stable", "unused")),
    /** Which kernel runs: that of the guest, or one that has been started to load its image. */
    kernel: oneOf("the guest's", "the loader"),
    /** What of the guest is in the image; what users wrote is there, too. */
    image: saved("owner", "freeList", "nrFree", "perCpuList"),
  },
});
const { action, assertion, restore, snapshot, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;

export const assertions = {
  /** It would be an addressing exception, in the middle of the kernel. */
  touchedFrameIsStable: assertion("a frame that the kernel reads or writes is not unused"),
};

// ---- What is declared, and when ----

export const setUnused = (state: Draft, frames: readonly Frame[]): void => {
  for (const f of frames) state.usage[f] = "unused";
};
export const setStable = (state: Draft, frames: readonly Frame[]): void => {
  for (const f of frames) state.usage[f] = "stable";
};

/** F5, under the zone lock: to the buddy lists. */
export function free(state: Draft, b: Block): void {
  setUnused(state, block.frames(b));
  memory.free(state, b, "as likely to merge");
}

/** A1, under the zone lock: from the buddy lists. */
export function allocate(state: Draft, b: Block, owner: "handed out" | "on a CPU's list"): void {
  memory.allocate(state, b, owner);
  setStable(state, block.frames(b));
}

export const handOut = (state: Pick<Draft, "owner">, b: Block): void => {
  state.owner[b] = "handed out";
};
export const release = (state: Draft, b: Block, bounds: Bounds): void => {
  host.release(state, block.frames(b), bounds);
};

const guest = {
  /** Of blocks for which there are no lists. */
  guestAllocates: action("guest", {
    source: "rmqueue, expand",
    forAny: block,
    when: (state, b, bounds) =>
      !perCpu.isOfLists(b, bounds) &&
      users.mayAllocate(state, bounds) &&
      memory.canAllocate(state, b),
    effect: (state, b) => allocate(state, b, "handed out"),
  }),

  guestWrites: users.actions.guestWrites,

  guestFrees: action("guest", {
    source: "__free_one_page",
    forAny: block,
    when: (state, b, bounds) => !perCpu.isOfLists(b, bounds) && memory.isUsed(state.owner[b]),
    effect: (state, b, bounds) => {
      release(state, b, bounds);
      free(state, b);
    },
  }),
};

const lists = perCpu.actionsFor({
  mayAllocate: users.mayAllocate,
  allocate,
  handOut,
  release,
  free,
});

// ---- Hibernation ----

/** mark_free_pages: the frames on the buddy lists; those on the list of a CPU are not there. */
const isOnBuddyLists = (state: Pick<State, "owner">, f: Frame): boolean =>
  memory.ownerOf(state, f) === "free";

/** arch_set_page_states: declares what is on the buddy lists, and nothing else. */
export function declareBuddyLists(state: Draft, usage: "stable" | "unused"): void {
  for (const f of state.usage.keys()) if (isOnBuddyLists(state, f)) state.usage[f] = usage;
}

/** Another kernel comes up; as at any boot all of memory is in use at first. */
export function startLoader(state: Draft): void {
  for (const o of state.nrFree.keys()) {
    state.nrFree[o] = 0;
    state.freeList.movable[o].splice(0);
  }
  for (const c of state.perCpuList.keys()) state.perCpuList[c].splice(0);
  for (const b of state.owner.keys()) state.owner[b] = "no block";
  memory.boot(state);
  for (const f of state.usage.keys()) {
    state.usage[f] = "stable";
    state.content[f] = "stale";
  }
  state.kernel = "the loader";
}

/** What is not on a buddy list was saved; it is written to where it was, and the guest goes on with its own lists. */
export function loadImage(state: Draft): void {
  restore(state, "image");
  touchWhatIsSaved(state);
  for (const f of state.usage.keys()) {
    if (!isOnBuddyLists(state, f))
      state.content[f] = memory.ownerOf(state, f) === "written" ? "data" : "stale";
  }
  state.image = "none";
  state.kernel = "the guest's";
}

/** The kernel reads, or writes, what is not on a buddy list; what is on the list of a CPU is that, too. */
export function touchWhatIsSaved(state: State): void {
  const isThere = state.usage.every((its, f) => its === "stable" || isOnBuddyLists(state, f));
  assert(isThere, assertions.touchedFrameIsStable);
}

const hibernation = {
  /** Then the machine is off, and comes up with nothing in memory. */
  kernelSavesImage: action("hibernation", {
    source: "swsusp_save",
    when: (state) => state.kernel === "the guest's",
    effect: (state) => {
      touchWhatIsSaved(state);
      snapshot(state, "image");
      startLoader(state);
    },
  }),

  /** The loader declares stable what is free, before it writes there; and the guest, unused again, what is free to it. */
  kernelResumes: action("hibernation", {
    source: "arch_set_page_states, swsusp_arch_resume",
    when: (state) => state.kernel === "the loader",
    effect: (state) => {
      declareBuddyLists(state, "stable");
      loadImage(state);
      declareBuddyLists(state, "unused");
    },
  }),
};

/** The host's pager, which sees the usage and no more; it need not do anything. */
const pager = {
  /** H1 */
  hostDiscards: action("host", {
    forAny: frame,
    when: (state, f) => state.usage[f] === "unused" && !host.isDiscarded(state, f),
    effect: (state, f, bounds) => host.discard(state, [f], 0, bounds),
  }),
};

export const actions = { ...guest, ...lists, ...hibernation, ...pager };
