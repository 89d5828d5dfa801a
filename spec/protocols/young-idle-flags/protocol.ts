/**
 * Free page hinting with two flags of each page: hinted pages stay on the free lists, and two bits say which of them
 * must not be used until the host has answered.
 *
 * A proposal in mail that nobody implemented (A. Duyck, 7 March 2019, in reply to M. Tsirkin and D. Hildenbrand on
 * "[RFC][Patch v9 0/6] KVM: Guest Free Page Hinting"), so that this is one reading of it: PG_young is set on a page that
 * is freed and cleared when it is hinted, PG_idle is set when the hint is done, and a page with neither must not be
 * used. Read with it, as the thread concedes or as it does not work otherwise: both flags are those of every page of a
 * block, and PG_idle is cleared with PG_young, which the mail does not say (see clears-young-only). One step is what
 * happens under one hold of the zone lock; what is done to flags without it is one step for each page.
 *
 * Left out: the age of pages, by which the walk ends (every page is old enough); more than one zone;
 * per-CPU lists; reclaim; poisoning, of which the mail says nothing; weak memory order.
 */
import {
  declare,
  each,
  type Index,
  interchangeable,
  oneOf,
  optional,
} from "../../language/index.ts";
import { buddyAllocator } from "../../parts/buddy-allocator.ts";
import { guestUsers } from "../../parts/guest-users.ts";
import { hostMemory } from "../../parts/host-memory.ts";

export const memory = buddyAllocator({
  levels: 1,
  users: ["handed out", "written"],
  others: ["popped"], // off its list, by a CPU that has yet to look at its flags
});
export const { block, frame, order } = memory;
export const host = hostMemory(frame);
export const users = guestUsers(memory, host);
type Block = Index<"block">;
type Frame = Index<"frame">;

/** A CPU that allocates. */
export const cpu = interchangeable("cpu", ({ cpus }: { cpus: number }) => cpus);

export const protocol = declare({
  parts: [memory, host, users],
  constants: {
    /** Blocks of the largest order; each has two frames. */
    blocks: 2,
    /** How many blocks the users of guest memory hold at most. */
    users: 2,
    /** CPUs that allocate. */
    cpus: 2,
    /** How many blocks may be hinted at once. */
    atOnce: 1,
    /** The smallest order that is hinted. */
    hintingOrder: 0,
  },
  where: {
    "there is a CPU": ({ cpus }) => cpus >= 1,
    "a block can be hinted": ({ atOnce }) => atOnce >= 1,
    "some order is hinted": ({ hintingOrder }) => hintingOrder <= memory.largestOrder,
  },
  state: {
    /** PG_young of each page: it has been freed, and not hinted since. */
    young: each(frame, oneOf("clear", "set")),
    /** PG_idle of each page: it has been hinted, and the host is done with that. */
    idle: each(frame, oneOf("clear", "set")),
    /** How far the hint of each block is, which the host knows from when it is told until it answers. */
    hint: each(block, oneOf("none", "begun", "told")),
    /** Whether the host has answered a hint of the page, and its flag is still to be set. */
    answer: each(frame, oneOf("none", "unread")),
    /** Where each CPU is with an allocation. */
    cpu: each(cpu, oneOf("runs", "looks at the flags")),
    /** The block that it has taken off a list. */
    popped: each(cpu, optional(block)),
  },
});
const { action, process, type } = protocol;
export type State = typeof type.state;
export type Draft = typeof type.draft;
export type Bounds = typeof type.constants;
type Flags = Pick<State, "young" | "idle">;

/** One of the flags is set: the page is free to use. Both are read at once. */
export const isUsable = (state: Flags, f: Frame): boolean =>
  state.young[f] === "set" || state.idle[f] === "set";
/** All pages of the block are. */
export const isUsableWhole = (state: Flags, b: Block): boolean =>
  block.frames(b).every((f) => isUsable(state, f));
/** Some page of the block has not been hinted since it was freed. */
export const isYoung = (state: Flags, b: Block): boolean =>
  block.frames(b).some((f) => state.young[f] === "set");

/** Nothing of the block is hinted at the moment, and something has to be. */
export const isHintable = (state: Flags, b: Block): boolean =>
  isYoung(state, b) && isUsableWhole(state, b);

/** The next that the walk hints: along each list from its tail, the list of the largest order first. */
export function nextToHint(
  state: Flags & Pick<State, "freeList">,
  { hintingOrder }: { readonly hintingOrder: number },
  isNext = isHintable,
): Block | undefined {
  for (let size = memory.largestOrder; size >= hintingOrder; size--) {
    const found = state.freeList.movable[order.at(size)].findLast((b) => isNext(state, b));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How many hints are not answered. */
export const hintsUnderway = (state: Pick<State, "hint">): number =>
  state.hint.filter((its) => its !== "none").length;

export function setYoung(state: Pick<Draft, "young" | "idle">, pages: readonly Frame[]): void {
  for (const f of pages) {
    state.young[f] = "set";
    state.idle[f] = "clear";
  }
}

export function clearFlags(state: Pick<Draft, "young" | "idle">, pages: readonly Frame[]): void {
  for (const f of pages) {
    state.young[f] = "clear";
    state.idle[f] = "clear";
  }
}

/** P6: of a block that is split and was not hinted as a whole nothing counts as hinted. */
function recompute(state: Pick<Draft, "young" | "idle">, source: Block): void {
  if (!isYoung(state, source)) return;
  setYoung(
    state,
    block.frames(source).filter((f) => state.idle[f] === "set"),
  );
}

/** The users hold less than they may, with what they are about to get. */
export const mayPop = (
  { owner }: Pick<State, "owner">,
  bounds: { readonly users: number },
): boolean => owner.filter((its) => its === "popped" || memory.isUsed(its)).length < bounds.users;

const cpus = process("cpu", { fairness: "weak" });

const guest = {
  /** P5a, under the zone lock; whatever its flags, it is the head of its list. */
  cpuPops: cpus.at("runs", {
    to: "looks at the flags",
    source: "rmqueue, expand",
    fairness: "none",
    forAny: block,
    when: (state, _cpu, b, bounds) => mayPop(state, bounds) && memory.canAllocate(state, b),
    effect: (state, self, b) => {
      const source = memory.sourceFor(state, b);
      if (source !== undefined) pop(state, self, source, b);
    },
  }),

  /**
   * P5a: spins until each page may be used, without the lock. That the pages are looked at one after the other makes no
   * difference: the block is on no list, and of a page that may be used nobody makes one that may not.
   */
  cpuTakes: cpus.at("looks at the flags", {
    to: "runs",
    source: "arch_alloc_page",
    when: (state, self) => {
      const b = state.popped[self];
      return b !== "none" && isUsableWhole(state, b);
    },
    effect: (state, self) => {
      const b = state.popped[self];
      if (b === "none") return;
      state.popped[self] = "none";
      state.owner[b] = "handed out";
      clearFlags(state, block.frames(b));
    },
  }),

  guestWrites: users.actions.guestWrites,

  /** P1; where halves merge the flags of their pages stay as they are. */
  guestFrees: action("guest", {
    source: "__free_one_page",
    forAny: block,
    when: (state, b) => memory.isUsed(state.owner[b]),
    effect: (state, b, bounds) => {
      host.release(state, block.frames(b), bounds);
      setYoung(state, block.frames(b));
      memory.free(state, b, "as likely to merge");
    },
  }),
};

/** A CPU takes a block, or a part of it, off its list. */
export function pop(
  state: Omit<Draft, "cpu">,
  self: Index<"cpu">,
  source: Block,
  wanted: Block,
): void {
  if (source !== wanted) recompute(state, source);
  memory.takeFrom(state, source, wanted, "popped");
  state.popped[self] = wanted;
}

/** A hint begins, and nobody may use the block. */
export function begin(state: Pick<Draft, "hint" | "young" | "idle">, b: Block): void {
  state.hint[b] = "begun";
  clearFlags(state, block.frames(b));
}

const hinter = {
  /** P2: under the zone lock, and the block stays on its list. One step, whichever block is next: none is fair by itself. */
  hinterBegins: action("hinter", {
    fairness: "weak",
    when: (state, bounds) =>
      hintsUnderway(state) < bounds.atOnce && nextToHint(state, bounds) !== undefined,
    effect: (state, bounds) => {
      const b = nextToHint(state, bounds);
      if (b !== undefined) begin(state, b);
    },
  }),

  /** P3: a descriptor, or a hypercall */
  hinterTells: action("hinter", {
    fairness: "weak",
    forAny: block,
    when: (state, b) => state.hint[b] === "begun",
    effect: (state, b) => {
      state.hint[b] = "told";
    },
  }),

  /** P4, without the lock, and for each page by itself */
  hinterHears: action("hinter", {
    fairness: "weak",
    forAny: frame,
    when: (state, f) => state.answer[f] === "unread",
    effect: (state, f) => {
      state.answer[f] = "none";
      state.idle[f] = "set";
    },
  }),
};

const device = {
  /** It need not; and may at any moment until it answers. */
  hostDiscards: action("host", {
    source: "madvise(MADV_DONTNEED)",
    forAny: block,
    when: (state, b) => state.hint[b] === "told",
    effect: (state, b, bounds) => {
      host.discard(state, block.frames(b), block.order(b), bounds);
    },
  }),

  hostAnswers: action("host", {
    fairness: "weak",
    forAny: block,
    when: (state, b) => state.hint[b] === "told",
    effect: (state, b) => {
      state.hint[b] = "none";
      for (const f of block.frames(b)) state.answer[f] = "unread";
    },
  }),
};

export const actions = { ...guest, ...hinter, ...device };
